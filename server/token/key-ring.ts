import { stat } from 'node:fs/promises'
import type { Observe } from '../observe/events.js'
import type { Store } from '../store/store.js'
import { DAY } from '../time.js'
import { readKeyFile, unreadableKeys } from './key-file.js'
import { parseKeys, SigningKeysError, type PrivateJwk } from './key-set.js'
import { changingKeys, importKeys, type SigningKeys, type WorkingKey } from './keys.js'

/** Where the private keys are: in a file, which may change while the server runs, or in a text that does not. */
export type KeySource = { file: string } | { text: string }

/** The name used for keys that come as text. */
const TEXT_NAME = 'OTP_SIGNING_KEYS'

const ANEW = 'otp-verify keys generate --file FILE makes it.'

/** Signing keys that follow their source and the store. */
export interface KeyRing extends SigningKeys {
  /**
   * Reads the file again if it has changed, and asks the store which keys were revoked; a store that has lost a revocation gets
   * it again. Never rejects: what cannot be read is reported to the observer, and the keys stay as they are.
   */
  refresh(): Promise<void>
}

/** What a key ring needs. */
export interface KeyRingDeps {
  source: KeySource
  store: Pick<Store, 'isClaimed' | 'claim' | 'recent'>
  /** The server's own clock, in milliseconds since 1970. It may be wrong: keys begin and end by the store's. */
  now: () => number
  observe: Observe
}

/** Under this key the store remembers, for all servers on it, that a signing key was revoked. */
export function revocationKey(kid: string): string {
  return `revoked-key:${kid}`
}

/** Milliseconds for which a revocation is remembered: the longest that anything is kept. */
const REVOCATION_MEMORY = 90 * DAY

/** Has every server on the store refuse a signing key, however full the store is. @throws StoreError */
export async function revokeOn(store: Pick<Store, 'claim'>, kid: string): Promise<void> {
  await store.claim(revocationKey(kid), 'operator', REVOCATION_MEMORY, 'operator')
}

/** Which of these signing keys every server on the store refuses. @throws StoreError */
export async function revokedOn(store: Pick<Store, 'isClaimed'>, kids: readonly string[]): Promise<string[]> {
  const asked = await Promise.all(kids.map((kid) => store.isClaimed(revocationKey(kid))))
  return kids.filter((_, at) => asked[at])
}

/**
 * Opens the keys of a server.
 *
 * @throws SigningKeysError when they cannot be used, or none may sign
 * @throws StoreError when the store cannot be asked
 */
export async function openKeyRing({ source, store, now, observe }: KeyRingDeps): Promise<KeyRing> {
  const revoked = new Set<string>()
  /** Milliseconds by which the store's clock was ahead of ours when last asked. */
  let ahead = 0
  let version = await versionOf(source)
  let all = await read(source)
  await askStore()
  let usable = unrevoked()
  const keys = changingKeys(
    () => usable,
    () => now() + ahead,
  )
  let signing = first(keys, source, revoked).kid
  let readable = true

  async function lookFor(kid: string): Promise<void> {
    if (await store.isClaimed(revocationKey(kid))) revoked.add(kid)
    // The store has lost what it held. If this fails now, it is tried at the next look.
    else if (revoked.has(kid)) await revokeOn(store, kid).catch(() => {})
  }

  /** Asks the store for its time, and which keys were revoked. @throws StoreError */
  async function askStore(): Promise<void> {
    ahead = (await store.recent()) - now()
    await Promise.all(all.map(({ jwk }) => lookFor(jwk.kid)))
  }

  function unrevoked(): readonly WorkingKey[] {
    return all.filter(({ jwk }) => !revoked.has(jwk.kid))
  }

  function note(before: readonly WorkingKey[]): void {
    for (const { jwk } of before) {
      if (!usable.some((key) => key.jwk.kid === jwk.kid))
        observe({ event: 'keys', change: 'gone', kid: jwk.kid })
    }
    try {
      const { kid } = keys.signer()
      if (kid !== signing) observe({ event: 'keys', change: 'signing', kid })
      signing = kid
    } catch {
      if (signing !== '') observe({ event: 'keys', change: 'none', kid: signing })
      signing = ''
    }
  }

  async function reread(): Promise<void> {
    try {
      const current = await versionOf(source)
      if (current !== version) all = await read(source)
      version = current
      readable = true
    } catch {
      if (readable) observe({ event: 'keys', change: 'unreadable', kid: signing })
      readable = false
    }
  }

  return {
    ...keys,
    async refresh() {
      const before = usable
      await reread()
      // A store that is away is reported by the look at the other servers (peers.ts); no token is redeemed without it. What the
      // file says about a key, above all that it is gone, does not wait for the store.
      await askStore().catch(() => {})
      usable = unrevoked()
      note(before)
    },
  }
}

/** @throws SigningKeysError that names what to do */
function first(keys: SigningKeys, source: KeySource, revoked: ReadonlySet<string>): { kid: string } {
  try {
    return keys.signer()
  } catch {
    const [kid] = revoked
    throw new SigningKeysError(
      kid === undefined ? withoutSigner(source) : `${kid} is revoked, and ${withoutOther(source, kid)}`,
    )
  }
}

function withoutSigner(source: KeySource): string {
  return 'file' in source
    ? `No key in ${source.file} may sign now. Add one: otp-verify keys rotate --file ${source.file}`
    : `No key in ${TEXT_NAME} may sign now. Put a fresh one in; ${ANEW}`
}

/** What to do where only a revoked key would sign: a copy of an older file has brought it back. */
function withoutOther(source: KeySource, kid: string): string {
  return 'file' in source
    ? `no other key in ${source.file} may sign now. Take it out, and another signs at once: otp-verify keys revoke ${kid} --file ${source.file}`
    : `no other key in ${TEXT_NAME} may sign now. Put a fresh one in its place; ${ANEW}`
}

async function read(source: KeySource): Promise<WorkingKey[]> {
  return importKeys(await keysOf(source))
}

/** The private keys of a source, as they stand there. @throws SigningKeysError */
export async function keysOf(source: KeySource): Promise<PrivateJwk[]> {
  return 'file' in source ? readKeyFile(source.file) : parseKeys(source.text, TEXT_NAME)
}

/** A value that changes when the file is replaced. */
async function versionOf(source: KeySource): Promise<string> {
  if ('text' in source) return ''
  const { ino, mtimeMs, size } = await stat(source.file).catch(({ code }: NodeJS.ErrnoException) => {
    throw unreadableKeys(source.file, code)
  })
  return `${ino} ${mtimeMs} ${size}`
}
