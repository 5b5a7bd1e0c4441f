import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { eraseCommand } from './erase-command.js'

const PEPPER = 'pepper-of-erasures-'.repeat(2)
const NUMBER = '+12025550123'

let folder: string
let path: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-erase-older-'))
  path = join(folder, 'store.db')
  // What a server said of itself before it named its sites.
  const peppers = [digestsUnder(Buffer.from(PEPPER)).digest('pepper')]
  const said = JSON.stringify({ signs: null, knows: {}, peppers, since: Date.now() })
  const store = sqliteStore({ path })
  await store.announce('servers', 'older', said, 60_000)
  await store.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

async function erase(args: string[], over: Record<string, string> = {}): Promise<string> {
  const printed: string[] = []
  const env = { OTP_STORE: `sqlite:${path}`, OTP_PEPPER: PEPPER, OTP_SITEKEY: 'shop', ...over }
  await eraseCommand(env, { print: (text) => printed.push(text) }).parseAsync([NUMBER, ...args], {
    from: 'user',
  })
  return printed.join('\n')
}

it('says of a server of an older version, which names no sites, that these were not looked at (SR-G09)', async () => {
  const said = await erase(['--dry-run'])
  expect(said).toContain('0 counters and marks of it are kept, at: shop.')
  expect(said).toContain(
    'Not looked at: the sites of 1 server of an older version, which does not name them. Name each with --site.',
  )
  expect(JSON.parse(await erase(['--dry-run', '--json']))).toMatchObject({
    sites: ['shop'],
    silentServers: 1,
  })
  expect(await erase([])).toContain('Not looked at')
})

it('refuses where such a server is the only one that could name a site (SR-G09)', async () => {
  const over = { NODE_ENV: 'production', OTP_SITEKEY: '' }
  await expect(erase([], over)).rejects.toThrow(/^OTP_SITEKEY: .*no server on this store names one.*--site/)
})
