import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePorts } from '../processes/built.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Run {
  child: ChildProcess
  output: () => string
  /** Resolves once the addresses are printed; rejects when it ends before. */
  running: Promise<void>
  exitCode: Promise<number | null>
}

let ports: number[]
let env: NodeJS.ProcessEnv
let runs: Run[]

beforeEach(async () => {
  ports = await freePorts(4)
  const [server, sandbox, admin, demo] = ports.map(String)
  const { PATH } = process.env
  env = { PATH, OTP_PORT: server, OTP_SANDBOX_PORT: sandbox, OTP_ADMIN_PORT: admin, DEMO_PORT: demo }
  runs = []
})

afterEach(async () => {
  for (const { child, exitCode } of runs) {
    child.kill('SIGTERM')
    await exitCode
  }
})

function start(changes: NodeJS.ProcessEnv = {}, command = [process.execPath, 'scripts/start.mjs']): Run {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: ROOT, env: { ...env, ...changes } })
  let output = ''
  const running = new Promise<void>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`It ended with ${code}:\n${output}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (output.includes('Ctrl-C stops everything.')) resolve()
      })
    }
  })
  // A test that starts it for its end does not wait for it to run.
  running.catch(() => {})
  const exitCode = once(child, 'close').then(([code]) => code as number | null)
  const run = { child, output: () => output, running, exitCode }
  runs.push(run)
  return run
}

async function answers(port: number | undefined, path = '/'): Promise<boolean> {
  return fetch(`http://localhost:${port}${path}`).then(
    (answer) => answer.ok,
    () => false,
  )
}

describe('npm start', () => {
  it('starts everything, prints where to click, and leaves nothing behind when it is stopped', async () => {
    const run = start()
    await run.running
    const [server, sandbox, admin, demo] = ports
    for (const port of [sandbox, admin, demo]) expect(run.output()).toContain(`http://localhost:${port}`)
    expect(await answers(server, '/otp-verify.js')).toBe(true)
    expect(await answers(demo)).toBe(true)
    run.child.kill('SIGTERM')
    expect(await run.exitCode).toBe(0)
    for (const port of ports) expect(await answers(port)).toBe(false)
  })

  it('leaves nothing behind either when the npm that runs it is told to stop', async () => {
    const run = start({}, ['npm', 'start'])
    await run.running
    run.child.kill('SIGTERM')
    await expect.poll(() => answers(ports[3])).toBe(false)
    await expect.poll(() => answers(ports[0], '/otp-verify.js')).toBe(false)
  })

  it('links the phone in the shop, also beside the key of setup, with which no message is real', async () => {
    const run = start({ INFOBIP_MANAGEMENT_API_KEY: 'k'.repeat(40) })
    await run.running
    const [, sandbox, , demo] = ports
    expect(run.output()).toMatch(new RegExp(`Phone inbox +http://localhost:${sandbox} `))
    expect(await answers(sandbox)).toBe(true)
    const page = await (await fetch(`http://localhost:${demo}`)).text()
    expect(page).toContain(`href="http://localhost:${sandbox}"`)
  })

  it('lets the demo page of its own port use the server', async () => {
    const run = start()
    await run.running
    const origin = `http://localhost:${ports[3]}`
    const answer = await fetch(`http://localhost:${ports[0]}/v1/sites/demo`, { headers: { Origin: origin } })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin)
  })

  it('names the port, who holds it and the variable that chooses another, when a stranger holds it', async () => {
    const stranger: Server = createServer().listen(ports[3], '127.0.0.1')
    await once(stranger, 'listening')
    const run = start()
    expect(await run.exitCode).toBe(1)
    stranger.close()
    expect(run.output()).toContain(`Port ${ports[3]} (demo) is in use by `)
    if (process.platform === 'linux') expect(run.output()).toContain(`(process ${process.pid})`)
    expect(run.output()).toContain('DEMO_PORT')
    expect(run.output()).not.toMatch(/\n\s+at /)
  })

  it('stops an earlier run that still holds the ports', async () => {
    const earlier = start()
    await earlier.running
    const later = start()
    await later.running
    expect(later.output()).toContain('An earlier `npm start` of this checkout was still running')
    expect(await earlier.exitCode).toBe(0)
    expect(await answers(ports[3])).toBe(true)
  })

  it('stops what an earlier run left behind when it was killed', async () => {
    const earlier = start()
    await earlier.running
    earlier.child.kill('SIGKILL')
    // Its children still hold its output open: only `exit` tells of its own end.
    await once(earlier.child, 'exit')
    expect(await answers(ports[3])).toBe(true)
    const later = start()
    await later.running
    expect(later.output()).toContain('An earlier `npm start` of this checkout was still running')
  })

  it('says which part has died, stops the rest and exits with 1', async () => {
    const run = start()
    await run.running
    const note = readFileSync(`${ROOT}data/start-${ports.join('-')}.json`, 'utf8')
    const { processes } = JSON.parse(note) as { processes: { pid: number }[] }
    process.kill(processes.at(-1)!.pid, 'SIGKILL')
    expect(await run.exitCode).toBe(1)
    expect(run.output()).toContain('The demo shop has ended by itself (SIGKILL)')
    for (const port of ports) expect(await answers(port)).toBe(false)
  })

  it('refuses a port that is none, and one port for two', async () => {
    const wrong = start({ OTP_PORT: 'http' })
    expect(await wrong.exitCode).toBe(1)
    expect(wrong.output()).toContain('OTP_PORT must be a port between 1 and 65535, not "http".')
    const twice = start({ DEMO_PORT: String(ports[0]) })
    expect(await twice.exitCode).toBe(1)
    expect(twice.output()).toContain('OTP_PORT and DEMO_PORT are both')
  })
})
