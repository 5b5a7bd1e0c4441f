import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readConfig } from './config.js'

it('takes calls for a while after it was told to stop only where that is wanted, and a minute at most', async () => {
  expect((await readConfig({})).stopDelay).toBe(0)
  expect((await readConfig({ OTP_STOP_DELAY: '5' })).stopDelay).toBe(5)
  for (const wrong of ['-1', '61', '1.5', 'soon'])
    await expect(readConfig({ OTP_STOP_DELAY: wrong }), wrong).rejects.toThrow('OTP_STOP_DELAY: ')
})

it('reads the address of the store from a file, for it may hold a password', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const OTP_STORE_FILE = join(folder, 'store')
  writeFileSync(OTP_STORE_FILE, 'redis://otp:secret@127.0.0.1:6379\n')
  expect((await readConfig({ OTP_STORE_FILE })).store).toBe('redis://otp:secret@127.0.0.1:6379')
})
