import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { generateSigningJwk } from '../../server/token/keys.js'
import { freePorts, PROGRAM, untilAnswers } from './built.js'

const KEY = JSON.stringify(await generateSigningJwk(randomBytes))

/** Begins a server. @param stopDelay seconds for which it takes calls after the signal to stop. */
async function serve(nodeOptions: string[], stdout: 'ignore' | number, stopDelay = '0') {
  const [port, adminPort] = await freePorts(2)
  const child = spawn(process.execPath, [...nodeOptions, PROGRAM, 'serve'], {
    env: {
      ...{
        PATH: process.env['PATH'],
        OTP_STORE: 'memory:',
        OTP_SIGNING_KEYS: KEY,
        OTP_PEPPER: 'p'.repeat(64),
      },
      ...{ OTP_PORT: String(port), OTP_ADMIN_PORT: String(adminPort), OTP_SANDBOX_PORT: '0' },
      OTP_STOP_DELAY: stopDelay,
    },
    stdio: ['ignore', stdout, 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const said = { text: '' }
  child.stderr!.on('data', (text) => (said.text += String(text)))
  const health = `http://127.0.0.1:${adminPort}/healthz`
  await untilAnswers(health, [child])
  /** Sends a signal, and waits until it has come. */
  async function tellToStop(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal)
    const readiness = async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status
    await expect.poll(readiness).toBe(503)
  }
  return { child, ended, health, said, port, tellToStop }
}

/** Begins a server in which something goes wrong some time after it has started. */
async function serveWhile(trouble: string) {
  // On a signal of its own, since nobody knows how long a start takes.
  const option = `data:text/javascript,process.on("SIGUSR2", () => { ${trouble} })`
  const { child, ended, health, said } = await serve(['--import', option], 'ignore')
  child.kill('SIGUSR2')
  await expect.poll(() => said.text).toContain('Uncaught (')
  expect(said.text).not.toContain('password')
  return { ended, health }
}

it('a server outlives a rejection that nobody heard (SR-I08)', async () => {
  const { health } = await serveWhile('void Promise.reject(new Error("pass" + "word"))')
  expect((await fetch(health)).status).toBe(200)
})

it('a server in which an error was thrown that nobody caught ends in order, as a failure', async () => {
  const { ended } = await serveWhile('throw new Error("pass" + "word")')
  expect(await ended).toEqual([1, null])
})

it.runIf(process.platform === 'linux')(
  'a server whose log has no room goes on, and ends when it is told to',
  async () => {
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const { child, ended, health, said, port } = await serve([], full)
    // Each is a line of the log, for no page of the kind is listed.
    for (let times = 0; times < 5; times++) {
      const headers = { Origin: `https://page-${times}.example` }
      await fetch(`http://127.0.0.1:${port}/v1/sites/demo`, { headers })
    }
    expect((await fetch(health)).status).toBe(200)
    expect(said.text).not.toContain('Uncaught (')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  },
)

it.runIf(process.platform === 'linux')(
  'a server whose log nobody reads goes on, and ends when it is told to a second time',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otp-verify-unread-'))
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const unread = openSync(pipe, 'r+')
    onTestFinished(() => {
      closeSync(unread)
      rmSync(folder, { recursive: true })
    })
    const { child, ended, health, port, tellToStop } = await serve([], unread, '60')
    // More lines than a pipe holds.
    for (let times = 0; times < 1200; times++) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/verifications`, { method: 'POST', body: '{' })
      await answer.body?.cancel()
    }
    expect((await fetch(health)).status).toBe(200)
    await tellToStop('SIGTERM')
    child.kill('SIGTERM')
    expect(await ended).toEqual([1, null])
  },
)

it.runIf(process.platform !== 'win32')(
  'a server whose terminal is gone ends in order, however often it is told',
  async () => {
    const { child, ended, tellToStop } = await serve([], 'ignore', '1')
    await tellToStop('SIGHUP')
    child.kill('SIGHUP')
    expect(await ended).toEqual([0, null])
  },
)
