import { existsSync } from 'node:fs'
import { PEPPER_FILE, readPepper } from '../assembly/data-folder.js'
import { openStore } from '../assembly/open-store.js'
import { ConfigError } from '../config/config-error.js'
import type { StoreSettings } from '../config/parts.js'
import { digestsUnder, type Digests } from '../pepper/digests.js'
import { parseStoreAddress } from '../store/address.js'
import type { Store } from '../store/store.js'
import { sharePeppers } from '../token/peers.js'
import { warn } from './terminal.js'
import { warnOfEviction } from './warn-of-eviction.js'

/**
 * Works on the store that servers use.
 *
 * @throws ConfigError when no server can be using such a store; StoreError when it cannot be reached
 */
export async function withStore<T>(address: string, work: (store: Store) => Promise<T>): Promise<T> {
  checkAddress(address)
  await warnOfEviction(address)
  const store = await openStore(address)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/**
 * Works on the store that servers use, with the digests by which they find things in it.
 *
 * @throws ConfigError when no server can be using such a store, there is no pepper, or servers have another; StoreError
 * when it cannot be reached
 */
export async function withServerStore<T>(
  settings: StoreSettings,
  work: (store: Store, digests: Digests) => Promise<T>,
): Promise<T> {
  return withStore(settings.store, async (store) => {
    const digests = await serverDigests(settings)
    if (!digests) {
      throw new ConfigError([
        'OTP_PEPPER: not set, and data/pepper does not exist; without it no number is found.',
      ])
    }
    await checkPeppers(store, digests)
    return work(store, digests)
  })
}

/** Under another pepper nothing would be found and no server would obey, though all would seem well. */
async function checkPeppers(store: Store, digests: Digests): Promise<void> {
  const shared = await sharePeppers(store, digests)
  if (shared === false) {
    throw new ConfigError([
      'OTP_PEPPER: the servers on this store have another; run this with theirs. Nothing was changed.',
    ])
  }
  if (shared === undefined) {
    warn(
      'Warning: no server uses this store now, so OTP_PEPPER could not be compared with theirs. Under another, no number is found.',
    )
  }
}

/** There is nothing to find in a store that this command would only now create. */
function checkAddress(address: string): void {
  const parsed = parseStoreAddress(address)
  if ('mistake' in parsed) throw new ConfigError([`OTP_STORE: ${parsed.mistake}`])
  if (parsed.kind === 'memory') {
    throw new ConfigError(['OTP_STORE: memory: is inside the server process, where no command reaches it.'])
  }
  if (parsed.kind === 'sqlite' && !existsSync(parsed.path)) {
    throw new ConfigError([`OTP_STORE: ${parsed.path} does not exist; run this where the server runs.`])
  }
}

/** The digests by which servers with these settings find things; `undefined` where no pepper is set or kept here. */
export async function serverDigests({
  peppers,
}: Pick<StoreSettings, 'peppers'>): Promise<Digests | undefined> {
  const [pepper, otherPepper] = peppers ?? [await readPepper(PEPPER_FILE)]
  if (pepper === undefined) return undefined
  return digestsUnder(Buffer.from(pepper), otherPepper === undefined ? undefined : Buffer.from(otherPepper))
}
