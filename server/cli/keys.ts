import { randomBytes } from 'node:crypto'
import { KEYS_FILE } from '../assembly/data-folder.js'
import { openStore } from '../assembly/open-store.js'
import type { KeySettings } from '../config/parts.js'
import { StoreError, UnreplicatedError } from '../store/store.js'
import { changeKeyFile, makeKeyFile, readKeyFile } from '../token/key-file.js'
import { revoke, rotate, stateAt, type KeyState } from '../token/key-lifecycle.js'
import { keysOf, revokeOn, type KeySource } from '../token/key-ring.js'
import { algorithmOf, SigningKeysError, type PrivateJwk } from '../token/key-set.js'
import { generateSigningJwk } from '../token/keys.js'
import { askRevocations } from './revocations.js'
import { warnOfEviction } from './warn-of-eviction.js'

/** What may be shown of a key. Times are ISO 8601. */
export interface KeyRow {
  kid: string
  algorithm: string
  state: KeyState | 'revoked'
  /** When it begins to sign, if that was planned. */
  signsFrom?: string
  /** When it stops being published, if that was planned. */
  publishedUntil?: string
}

/** What a command did, for people and for scripts. */
export interface KeyReport {
  /** What happened, one sentence per line. */
  lines: string[]
  keys: KeyRow[]
}

/** Where the keys are that a command works on. */
export function sourceOf({ signingKeys }: KeySettings, file: string | undefined): KeySource {
  return file === undefined ? (signingKeys ?? { file: KEYS_FILE }) : { file }
}

/** Shows the keys, and which of them the store has revoked. @throws SigningKeysError */
export async function listKeys({ store }: KeySettings, source: KeySource, now: number): Promise<KeyReport> {
  const keys = await keysOf(source)
  const { revoked, unasked } = await askRevocations(store, keys.map(kidOf))
  return { lines: untold(unasked), keys: rows(keys, now, revoked) }
}

/** Makes a file with a fresh key. @throws SigningKeysError when it is there already */
export async function generateKeys(source: KeySource, now: number): Promise<KeyReport> {
  const file = fileOf(source)
  if (!(await makeKeyFile(file, randomBytes))) {
    throw new SigningKeysError(`${file} already exists. To replace its keys: otp-verify keys rotate`)
  }
  const lines = [`${file} holds a new key, readable by its owner only. Name it with OTP_SIGNING_KEYS.`]
  return { lines, keys: rows(await readKeyFile(file), now) }
}

/**
 * Adds a key that will sign once every verifier knows it, and removes those that the store has revoked.
 *
 * @throws SigningKeysError
 */
export async function rotateKeys({ store }: KeySettings, source: KeySource, now: number): Promise<KeyReport> {
  const file = fileOf(source)
  const { revoked, unasked } = await askRevocations(store, (await readKeyFile(file)).map(kidOf))
  const fresh = await generateSigningJwk(randomBytes)
  const isLeft = ({ kid }: PrivateJwk) => !revoked.includes(kid)
  const change = (old: readonly PrivateJwk[]) => rotate(old.filter(isLeft), fresh, now)
  const keys = rows(await changeKeyFile(file, change, randomBytes), now)
  const before = [...untold(unasked), ...revoked.map((kid) => `${kid} is revoked: it is out of ${file}.`)]
  const { signsFrom } = keys.find(({ kid }) => kid === fresh.kid)!
  if (Date.parse(signsFrom!) <= now)
    return { lines: [...before, `${fresh.kid} signs now, since no other key did.`], keys }
  return {
    lines: [
      ...before,
      `${fresh.kid} is published now and signs from ${signsFrom} on; no token is refused in between.`,
      'Servers that read this file load it within seconds. Give it to the others before that time.',
    ],
    keys,
  }
}

/**
 * Revokes a key on all servers that share the store, and removes it from the file even if the store fails.
 *
 * @throws SigningKeysError; or StoreError when the store cannot be told; it says what was done nevertheless
 */
export async function revokeKey(
  { store: address }: KeySettings,
  source: KeySource,
  kid: string,
  now: number,
): Promise<KeyReport> {
  const before = await keysOf(source)
  if (!before.some((key) => key.kid === kid)) throw new SigningKeysError(`There is no signing key ${kid}.`)
  const lines: string[] = []
  const failed = address === 'memory:' ? undefined : await tellStore(address, kid)
  if (failed && 'text' in source) {
    throw new StoreError(`The store ${failed} Remove it from OTP_SIGNING_KEYS as well.`)
  }
  const told = `${kid} is revoked: every server on the store refuses its tokens within 5 seconds.`
  if (address !== 'memory:') lines.push(told)
  lines.push('Backends that verify offline refuse them once their copy of the keys is 5 minutes old.')
  if ('text' in source) {
    lines.push('Remove it from OTP_SIGNING_KEYS as well, and put another in its place if it was the last.')
    return { lines, keys: rows(before, now).filter((key) => key.kid !== kid) }
  }
  const fresh = await generateSigningJwk(randomBytes)
  const changed = changeKeyFile(source.file, (old) => revoke(old, kid, fresh, now), randomBytes)
  const keys = await changed.catch((error: unknown) => {
    if (failed || address === 'memory:' || !(error instanceof SigningKeysError)) throw error
    throw new SigningKeysError(`${told} But the file still has it: ${error.message}`)
  })
  const made = keys.some((key) => key.kid === fresh.kid) ? [madeIn(source.file, fresh.kid)] : []
  if (failed) {
    const out = `${kid} is removed from ${source.file}: servers that read it refuse its tokens within 5 seconds.`
    throw new StoreError([out, `But the store ${failed}`, ...made].join(' '))
  }
  return { lines: [...lines, `It is removed from ${source.file}.`, ...made], keys: rows(keys, now) }
}

/** What servers with files of their own need, after a key was made because no other was left. */
function madeIn(file: string, kid: string): string {
  return (
    `${kid} was made there and signs now: copy ${file} over every file of keys that other servers read. ` +
    'Do not revoke there: each file would get its own key, whose tokens the others refuse.'
  )
}

const ELSEWHERE = 'Servers with keys from elsewhere use it until it is removed there.'

/** Revokes a key on the store. @returns why that failed, or may be lost again, as words that follow “the store” */
async function tellStore(address: string, kid: string): Promise<string | undefined> {
  try {
    const store = await openStore(address)
    await revokeOn(store, kid).finally(() => store.close())
    await warnOfEviction(address)
    return undefined
  } catch (error) {
    if (error instanceof UnreplicatedError) {
      return `was told that ${kid} is revoked, and every server on it refuses its tokens within 5 seconds. ${ended(error)} Servers that have seen it tell the store again.`
    }
    if (error instanceof StoreError)
      return `cannot be told that ${kid} is revoked: ${ended(error)} ${ELSEWHERE}`
    throw error
  }
}

/** An error of the store as a sentence; some already are one. */
function ended({ message }: StoreError): string {
  return message.replace(/\.?$/, '.')
}

function untold(unasked: StoreError | undefined): string[] {
  return unasked ? [`The store was not asked which keys are revoked: ${ended(unasked)}`] : []
}

function kidOf({ kid }: PrivateJwk): string {
  return kid
}

function fileOf(source: KeySource): string {
  if ('file' in source) return source.file
  throw new SigningKeysError(
    'OTP_SIGNING_KEYS holds the keys themselves. Put them into a file, name it with --file, and give the result back to the variable.',
  )
}

function rows(keys: readonly PrivateJwk[], now: number, revoked: readonly string[] = []): KeyRow[] {
  const usable = keys.filter(({ kid }) => !revoked.includes(kid))
  return keys.map((key) => ({
    kid: key.kid,
    algorithm: algorithmOf(key),
    state: revoked.includes(key.kid) ? 'revoked' : stateAt(usable, key, now),
    ...(key.nbf !== undefined && { signsFrom: iso(key.nbf) }),
    ...(key.exp !== undefined && { publishedUntil: iso(key.exp) }),
  }))
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
