import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { generateSigningJwk } from '../token/keys.js'
import { createConfiguredApp } from './assemble.js'

const PUBLIC_URL = 'http://localhost:5174/api/otp'

/** Puts standard output on a disk that is full for as long as the test says. */
function onDisk() {
  const disk = { isFull: false, text: '' }
  const write = vi.spyOn(fs, 'write') as unknown as { mockImplementation(as: typeof written): void }
  function written(_: number, bytes: Buffer, done: (error: Error | null, bytes?: number) => void): void {
    const error = disk.isFull ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : null
    if (!error) disk.text += String(bytes)
    setImmediate(() => (error ? done(error) : done(null, bytes.length)))
  }
  write.mockImplementation(written)
  onTestFinished(() => void vi.restoreAllMocks())
  return disk
}

it('counts among the failures, and shows its operator, that lines of the log are lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-log-lost-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const keys = join(folder, 'keys.json')
  await writeFile(keys, JSON.stringify({ keys: [await generateSigningJwk(randomBytes)] }), { mode: 0o600 })
  const disk = onDisk()
  const app = await createConfiguredApp({
    OTP_PUBLIC_URL: PUBLIC_URL,
    OTP_SIGNING_KEYS: keys,
    OTP_PEPPER: randomBytes(32).toString('hex'),
    OTP_STORE: 'memory:',
    OTP_SANDBOX_PORT: '0',
    OTP_LOG_LEVEL: 'info',
  })
  onTestFinished(() => app.stop())
  const ask = async (path: string) =>
    (await app.admin.request(path, { headers: { Host: 'localhost' } })).text()
  const failures = async () => /^otp_failures_total (\d+)$/m.exec(await ask('/metrics'))?.[1]

  disk.isFull = true
  // Each is a line, of which a MiB waits.
  const wrong = async () => app.fetch(new Request(PUBLIC_URL + PATHS.start, { method: 'POST' }))
  for (let n = 0; n < 70; n++) await Promise.all(Array.from({ length: 100 }, wrong))
  expect(await failures()).toBe('0')
  disk.isFull = false
  await expect.poll(() => disk.text).toMatch(/"event":"log-lost","lines":\d+}/)
  expect(await failures()).toBe('1')
  expect(JSON.parse(await ask('/day.json'))).toMatchObject({ day: { failures: 1 } })
})
