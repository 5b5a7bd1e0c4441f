import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SandboxMessage } from '../../server/sandbox/index.js'
import { freePorts } from '../processes/built.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The Next.js demo as `npm run demo:next` runs it: built, in production mode, with the server mounted in it. */
export interface NextDemo {
  shop: string
  /** Public URL of the mounted server. */
  server: string
  /** Everything that was sent to a number, oldest first. */
  messages(to: string): Promise<SandboxMessage[]>
  /** What the command and Next.js have printed. */
  output(): string
  /** Stops it and resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Installs, builds and starts the demo on free ports; the first time takes a minute or two. */
export async function startNextDemo(): Promise<NextDemo> {
  const [port, sandboxPort] = await freePorts(2)
  const shop = `http://localhost:${port}`
  const child = spawn(process.execPath, ['scripts/demo-next.mjs'], {
    cwd: ROOT,
    env: {
      ...foreignVariables(),
      ...{ DEMO_NEXT_PORT: String(port), OTP_SANDBOX_PORT: String(sandboxPort) },
    },
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  let output = ''
  const running = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (/Installing/.test(chunk.toString())) process.stdout.write(chunk)
        if (output.includes('Ctrl-C stops it.')) resolve()
      })
    }
  })
  await Promise.race([
    running,
    ended.then((code) => {
      throw new Error(`The demo ended with ${code}:\n${output}`)
    }),
  ])
  return {
    shop,
    server: `${shop}/api/otp`,
    async messages(to) {
      const answer = await fetch(
        `http://localhost:${sandboxPort}/sandbox/messages?to=${encodeURIComponent(to)}`,
      )
      return (await answer.json()) as SandboxMessage[]
    },
    output: () => output,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** The environment as npm needs it, without what would configure the demo, or Next.js as a test. */
function foreignVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(NODE_ENV$|VITEST|OTP_|INFOBIP_|DEMO_)/.test(name)),
  )
}
