import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningJwk } from '../token/keys.js'
import { doctorCommand } from './doctor-command.js'
import { explain } from './explain.js'
import { keysCommand } from './keys-command.js'
import { startServer } from './serve.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-'))
  const here = process.cwd()
  process.chdir(folder)
  onTestFinished(async () => {
    process.chdir(here)
    await rm(folder, { recursive: true })
  })
})

function environment(signingKeys: string): Record<string, string> {
  return {
    ...{ OTP_PORT: '0', OTP_ADMIN_PORT: '0', OTP_SANDBOX_PORT: '0', OTP_LOG_LEVEL: 'silent' },
    ...{ OTP_STORE: 'memory:', OTP_PEPPER: 'p'.repeat(32), OTP_SIGNING_KEYS: signingKeys },
  }
}

/** All that an operator reads of each command that looks at the keys. */
async function said(signingKeys: string): Promise<Record<string, string>> {
  const env = environment(signingKeys)
  return {
    serve: await told(async () => (await startServer(env)).stop()),
    doctor: await told((print) =>
      doctorCommand(env, { print, fail: () => {} }, async () => ({})).parseAsync(['--offline'], {
        from: 'user',
      }),
    ),
    list: await keys(env, 'list'),
  }
}

function keys(env: Record<string, string>, command: string): Promise<string> {
  return told((print) => keysCommand(env, { print }).parseAsync([command], { from: 'user' }))
}

async function told(command: (print: (text: string) => void) => Promise<unknown>): Promise<string> {
  const printed: string[] = []
  await command((text) => printed.push(text)).catch((error: unknown) => printed.push(explain(error)))
  return printed.join('\n')
}

const pem = (type: 'pkcs8' | 'sec1') =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type }).toString()

/** A PEM block without its first line and its last. */
const bodyOf = (text: string) => text.trim().split('\n').slice(1, -1)

describe('keys that are spelled slightly wrong (SR-G06)', async () => {
  const jwk = await generateSigningJwk(randomBytes)
  const set = JSON.stringify({ keys: [jwk] })
  const base64 = Buffer.from(set).toString('base64')
  const body = bodyOf(pem('pkcs8'))
  const edward = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' })
  const [line] = bodyOf(edward.toString()) as [string]
  const hex = Buffer.from(jwk.d, 'base64url').toString('hex')
  it.each([
    ['an array of keys', JSON.stringify([jwk]), jwk.d],
    ['JSON without its first brace', set.slice(1), jwk.d],
    ['JSON within quotes twice', `'"${set}"'`, jwk.d],
    ['JSON that a shell took the quotes out of', set.replaceAll('"', '').slice(1), jwk.d],
    ['JSON encoded as a part of an address', encodeURIComponent(set), jwk.d],
    ['base64 of the file', base64, base64.slice(0, 60)],
    ['base64 of the file, as for addresses', Buffer.from(set).toString('base64url'), base64.slice(0, 60)],
    ['the lines of PEM alone', body.join('\n'), body[1]!],
    ['these lines with their ends written out', body.join('\\n'), body[1]!],
    ['these lines in one', body.join(''), body[1]!],
    ['these lines with blanks between', body.join(' '), body[1]!],
    ['the one line of an Ed25519 key', line, line.slice(-43)],
    ['the private member alone', `${jwk.d.slice(1)}7`, jwk.d.slice(1)],
    ['the private member in hexadecimal', hex, hex],
  ])('are printed by no command: %s', async (_, signingKeys, canary) => {
    const env = environment(signingKeys)
    const writers = { generate: await keys(env, 'generate'), rotate: await keys(env, 'rotate') }
    for (const [command, text] of Object.entries({ ...(await said(signingKeys)), ...writers })) {
      expect(text, command).toMatch(/OTP_SIGNING_KEYS|--file/)
      expect(text, command).not.toContain(canary)
    }
    expect((await readdir(folder)).join()).not.toContain(canary)
  })

  it.each(["'", '"'])(
    'are taken within %s, which some files of variables leave around them',
    async (quote) => {
      await writeFile('keys.json', set, { mode: 0o600 })
      for (const written of [set, pem('sec1').replaceAll('\n', '\\n'), 'keys.json'])
        expect((await said(`${quote}${written}${quote}`))['list'], written).toContain('ES256  signs')
    },
  )
})

it.each([
  '/nowhere/Otp2/production/configuration/secrets/signing-keys',
  'secrets/production/otp-verify/signing-keys',
])('names a file that is not there: %s', async (file) => {
  const { serve, list } = await said(file)
  expect(serve).toContain(`The file of signing keys, ${file}, does not exist`)
  expect(list).toBe(serve)
})

it('names a file that is not there without a part of its name that may be a key', async () => {
  const { d } = await generateSigningJwk(randomBytes)
  const { serve, list } = await said(`/secrets/${d}/keys.json`)
  expect(serve).toContain('The file of signing keys, /secrets/…/keys.json, does not exist')
  expect(list).toBe(serve)
})
