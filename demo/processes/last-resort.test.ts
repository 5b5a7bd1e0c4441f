import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import { generateSigningJwk } from '../../server/token/keys.js'
import { freePorts, PROGRAM, untilAnswers } from './built.js'

const KEY = JSON.stringify(await generateSigningJwk(randomBytes))

/** Begins a server in which something goes wrong some time after it has started. */
async function serveWhile(trouble: string) {
  const [port, adminPort] = await freePorts(2)
  const child = spawn(
    process.execPath,
    // On a signal of its own, since nobody knows how long a start takes.
    ['--import', `data:text/javascript,process.on("SIGUSR2", () => { ${trouble} })`, PROGRAM, 'serve'],
    {
      env: {
        ...{
          PATH: process.env['PATH'],
          OTP_STORE: 'memory:',
          OTP_SIGNING_KEYS: KEY,
          OTP_PEPPER: 'p'.repeat(64),
        },
        ...{ OTP_PORT: String(port), OTP_ADMIN_PORT: String(adminPort), OTP_SANDBOX_PORT: '0' },
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  let said = ''
  child.stderr.on('data', (text) => (said += String(text)))
  const health = `http://127.0.0.1:${adminPort}/healthz`
  await untilAnswers(health, [child])
  child.kill('SIGUSR2')
  await expect.poll(() => said).toContain('Nobody caught this')
  expect(said).not.toContain('password')
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
