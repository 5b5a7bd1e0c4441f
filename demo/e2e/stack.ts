import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FaultInput, SandboxMessage, SandboxRequest } from '../../server/sandbox/index.js'
import { end, freePorts, launch, untilAnswers } from '../processes/built.js'

const PATIENCE_MS = 20_000

/** What was built, running: the server with its sandbox, and the demo shop, on two origins of two sites. */
export interface Stack {
  shop: string
  server: string
  sandbox: string
  /** The server's second listener. */
  admin: string
  /** The newest message to a number, once there are at least `count`. */
  message(to: string, count?: number): Promise<SandboxMessage>
  messages(to: string): Promise<SandboxMessage[]>
  /** What the server asked of the simulated Infobip. */
  requests(): Promise<SandboxRequest[]>
  arm(fault: FaultInput): Promise<void>
  disarm(): Promise<void>
  stop(): Promise<void>
}

/** Settings of the demo's site that differ from a visitor-friendly default. */
export interface SiteSettings {
  /** Pages that may use it, in place of the shop. */
  origins?: string[]
  codeLifetime?: number
  resendCooldowns?: number[]
  countries?: string[]
  secrets?: string[]
  senderConstraint?: boolean
  requireTicket?: boolean
  /** Whether limits and credit refuse; the sandbox's own default is that they do not. */
  guard?: 'enforce'
}

/**
 * Starts the built server and the built demo, each as a process of its own on free ports, in an empty folder.
 *
 * A second site, `other`, shares the server, for tokens that are genuine and yet not for the shop. `more` are settings of
 * the server itself.
 */
export async function startStack(
  settings: SiteSettings = {},
  more: { trustProxy?: string[] } = {},
): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-e2e-'))
  const [port, adminPort, sandboxPort, demoPort] = await freePorts(4)
  const server = `http://localhost:${port}`
  const shop = `http://127.0.0.1:${demoPort}`
  const sandbox = `http://localhost:${sandboxPort}`
  const admin = `http://127.0.0.1:${adminPort}`
  const site = { origins: [shop], channels: ['sms', 'voice'], countries: ['US', 'DE', 'GB', 'HR'] }
  const config = {
    publicUrl: server,
    port,
    adminPort,
    sandboxPort,
    logLevel: 'warn',
    ...more,
    sites: [
      { ...site, sitekey: 'demo', initialCountry: 'US', resendCooldowns: [1, 1], ...settings },
      { ...site, sitekey: 'other' },
    ],
  }
  const configFile = join(folder, 'config.json')
  await writeFile(configFile, JSON.stringify(config))
  const env = {
    PATH: process.env['PATH'],
    OTP_PUBLIC_URL: server,
    DEMO_INBOX: sandbox,
    DEMO_PORT: String(demoPort),
  }
  const children = [
    launch({ cwd: folder, env: { PATH: env.PATH } }, 'bin/otp-verify.js', 'serve', '--config', configFile),
    launch({ cwd: folder, env }, 'demo/html/main.js'),
  ]
  const stop = async () => {
    await Promise.all(children.map(end))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (const address of [`${admin}/healthz`, shop, sandbox]) {
      await untilAnswers(address, children)
    }
  } catch (error) {
    await stop()
    throw error
  }

  const messages = async (to: string) =>
    (await (
      await fetch(`${sandbox}/sandbox/messages?to=${encodeURIComponent(to)}`)
    ).json()) as SandboxMessage[]

  return {
    shop,
    server,
    sandbox,
    admin,
    messages,
    async message(to, count = 1) {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        const found = await messages(to)
        if (found.length >= count) return found.at(-1)!
        if (performance.now() > deadline) throw new Error(`${found.length} messages arrived, not ${count}.`)
        await wait(50)
      }
    },
    requests: async () => (await (await fetch(`${sandbox}/sandbox/requests`)).json()) as SandboxRequest[],
    async arm(fault) {
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(`${sandbox}/sandbox/faults`, {
        method: 'POST',
        headers,
        body: JSON.stringify(fault),
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    async disarm() {
      const answer = await fetch(`${sandbox}/sandbox/faults`, { method: 'DELETE' })
      if (!answer.ok) throw new Error(await answer.text())
    },
    stop,
  }
}
