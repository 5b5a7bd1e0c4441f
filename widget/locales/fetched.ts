import { PATHS } from '../../contract/index.js'
import { configuredServer } from '../server-address.js'
import { dataFile } from './data-file.js'
import type { Fetch } from './library.js'
import type { Sentences } from './locale.js'
import type { Tag } from './tags.js'

/** Milliseconds after which a file is no longer waited for. */
const TIMEOUT = 10_000

// Taken when the script loads, so that a later replacement by the page is never asked.
const pageFetch = globalThis.fetch?.bind(globalThis)

/** The integrity hash of each language's file. */
type Pins = Readonly<Record<Tag, string>>

/**
 * Gets sentences as data from the server that the script came from.
 *
 * @param pin what the list of all files has to be (Subresource Integrity), which says the same of each: nothing else is
 * taken, so that a script which a page has pinned shows no other words either. The list is no part of the script, for most
 * visitors need none of it.
 */
export function fetchedAsPinned(pin: string): Fetch {
  let listed: Promise<Pins> | undefined
  return function fetchSentences(tag) {
    const server = configuredServer()
    if (server === undefined) return undefined
    listed ??= fetchFile<Pins>(server, 'list', pin)
    // The next request fetches it again.
    listed.catch(() => (listed = undefined))
    return listed.then((pins) => fetchFile<Sentences>(server, tag, pins[tag]))
  }
}

async function fetchFile<T>(server: string, name: string, integrity: string): Promise<T> {
  const response = await pageFetch(`${server}${PATHS.locales}/${dataFile(name, integrity)}`, {
    ...{ integrity, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' },
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (!response.ok) throw new Error(String(response.status))
  return (await response.json()) as T
}
