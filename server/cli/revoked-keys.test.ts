import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutManagementKey } from '../config/sources.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { openKeyRing } from '../token/key-ring.js'
import { examine } from './doctor.js'
import type { KeyReport } from './keys.js'
import { keysCommand } from './keys-command.js'

let folder: string
let file: string
let path: string
let env: Record<string, string>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-revoked-'))
  file = join(folder, 'keys.json')
  path = join(folder, 'store.db')
  env = { OTP_SIGNING_KEYS: file, OTP_STORE: `sqlite:${path}`, OTP_PEPPER: 'p'.repeat(64) }
})
afterEach(() => rmSync(folder, { recursive: true }))

async function keys(...args: string[]): Promise<string> {
  const printed: string[] = []
  await keysCommand(env, { print: (text) => printed.push(text) }).parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

async function report(...args: string[]): Promise<KeyReport> {
  return JSON.parse(await keys(...args, '--json')) as KeyReport
}

const standing = ({ keys: rows }: KeyReport) => rows.map(({ kid, state }) => [kid, state])

/** Has a key leak and be revoked, and its file come back from a copy. @returns the key's name */
async function restored(): Promise<string> {
  const [key] = (await report('generate')).keys
  await copyFile(file, `${file}.copy`)
  await keys('revoke', key!.kid)
  await copyFile(`${file}.copy`, file)
  return key!.kid
}

/** The key with which a server would sign now. @throws SigningKeysError where there is none */
async function signing(): Promise<string> {
  const store = sqliteStore({ path })
  const source = { file }
  const opened = openKeyRing({ source, store, now: Date.now, observe: () => {} })
  return await opened.then((ring) => ring.signer().kid).finally(() => store.close())
}

/** What the doctor says of the keys. */
async function examined() {
  const readScript = async () => ({})
  const options = { env: withoutManagementKey(env), offline: true, now: Date.now, readScript }
  const { examinations } = await examine(options)
  return examinations.find(({ name }) => name === 'keys')!
}

describe('a revoked key whose file came back from a copy', () => {
  it('is named by a server that has no other, with the command after which another signs at once (SR-A22)', async () => {
    const kid = await restored()
    const command = `otp-verify keys revoke ${kid} --file ${file}`
    await expect(signing()).rejects.toThrow(
      `${kid} is revoked, and no other key in ${file} may sign now. Take it out, and another signs at once: ${command}`,
    )
    await keys('revoke', kid, '--file', file)
    expect(await signing()).not.toBe(kid)
  })

  it('is shown as revoked, with what takes it out, and not as the one that signs (SR-A22)', async () => {
    const kid = await restored()
    expect(standing(await report('list'))).toEqual([[kid, 'revoked']])
    expect(await keys('list')).toBe(`${kid}  ES256  revoked; taken out by: otp-verify keys revoke ${kid}`)
  })

  it('is out of the file after a rotation, whose key signs at once (SR-A22)', async () => {
    const kid = await restored()
    const { lines, keys: rows } = await report('rotate')
    expect(lines[0]).toBe(`${kid} is revoked: it is out of ${file}.`)
    expect(rows).toMatchObject([{ state: 'signing' }])
    expect(await signing()).toBe(rows[0]!.kid)
    expect(await readFile(file, 'utf8')).not.toContain(kid)
  })

  it('is a problem to the doctor, also beside a key that signs: the store forgets it one day (SR-A22)', async () => {
    const kid = await restored()
    const fix = `Take it out: otp-verify keys revoke ${kid}`
    expect((await examined()).weaknesses).toEqual([
      { check: 'keys', message: `${kid} is revoked, and no other key signs now.`, fix },
    ])
    const { keys: jwks } = JSON.parse(await readFile(file, 'utf8')) as { keys: object[] }
    const [old] = jwks
    const other = { ...old, kid: 'other' }
    env['OTP_SIGNING_KEYS'] = JSON.stringify({ keys: [old, other] })
    expect((await examined()).weaknesses).toEqual([
      {
        check: 'keys',
        message: `${kid} is revoked, but still among the keys.`,
        fix: 'Take it out of OTP_SIGNING_KEYS.',
      },
    ])
    expect(standing(await report('list'))).toEqual([
      [kid, 'revoked'],
      ['other', 'signing'],
    ])
  })

  it('in a variable is to be replaced there, as a server without another says', async () => {
    const kid = await restored()
    const store = sqliteStore({ path })
    const source = { text: await readFile(file, 'utf8') }
    await expect(openKeyRing({ source, store, now: Date.now, observe: () => {} })).rejects.toThrow(
      `${kid} is revoked, and no other key in OTP_SIGNING_KEYS may sign now. Put a fresh one in its place`,
    )
    await store.close()
  })
})

describe('a store that cannot be asked which keys are revoked', () => {
  it('keeps nobody from seeing and replacing the keys, and is told of', async () => {
    await keys('generate')
    env['OTP_STORE'] = `sqlite:${folder}`
    const told = 'The store was not asked which keys are revoked: The store’s file is a folder.'
    expect(await keys('list')).toMatch(new RegExp(`^${told}\n\\S+  ES256  signs$`))
    expect(await keys('rotate')).toContain(told)
    expect(await examined()).toMatchObject({ weaknesses: [], notes: [told] })
  })

  it('is not made by who looks at the keys of a server that has not begun', async () => {
    await keys('generate')
    expect(await keys('list')).toMatch(/^\S+  ES256  signs$/)
    await keys('rotate')
    expect(existsSync(path)).toBe(false)
  })
})
