import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readInfobipAccount } from './infobip-settings.js'
import { keySource } from './key-source.js'
import { readKeySettings, readStoreSettings } from './parts.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-parts-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const PEM = '-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n'
const NOWHERE = { OTP_STORE_FILE: '/nowhere/store', OTP_PEPPER_FILE: '/nowhere/pepper' }

describe('where signing keys are', () => {
  it('is told of PEM in one line, its line ends written out, and in quotes that a file of variables has left', () => {
    for (const text of [PEM, PEM.replaceAll('\n', '\\n')])
      for (const quote of ['', '"', "'"]) expect(keySource(quote + text + quote)).toEqual({ text: PEM })
    expect(keySource('"keys.json"')).toEqual({ file: 'keys.json' })
  })
})

describe('settings that one command needs', () => {
  it('are refused where they cannot be read, and others do not matter', async () => {
    await expect(readStoreSettings(NOWHERE)).rejects.toMatchObject({
      mistakes: ['OTP_STORE_FILE: the file cannot be read.', 'OTP_PEPPER_FILE: the file cannot be read.'],
    })
    await expect(readKeySettings(NOWHERE)).rejects.toMatchObject({
      mistakes: ['OTP_STORE_FILE: the file cannot be read.'],
    })
  })

  it('name the sandbox’s site where none is said, and in production none', async () => {
    expect((await readStoreSettings({})).sitekeys).toEqual(['demo'])
    expect((await readStoreSettings({ NODE_ENV: 'production' })).sitekeys).toEqual([])
  })

  it('are of the site that asks most of the Infobip application', async () => {
    const file = join(folder, 'sites.json')
    const sites = [
      { sitekey: 'a', checkInterval: 1, codeLifetime: 300, dailyBudget: 100 },
      { sitekey: 'b', checkInterval: 5, codeLifetime: 600, dailyBudget: 20 },
      { sitekey: 'c', checkInterval: 3, codeLifetime: 120 },
    ]
    writeFileSync(file, JSON.stringify({ sites }))
    const { terms } = await readInfobipAccount({}, file)
    expect(terms).toMatchObject({ checkInterval: 1, codeLifetime: 600, dailyBudget: 1120 })
  })
})
