import { PATHS } from '../../contract/index.js'
import { configuredServer } from '../server-address.js'
import { dataFile } from './data-file.js'
import type { Fetch } from './library.js'
import type { Sentences } from './locale.js'
import type { Tag } from './tags.js'

/** Milliseconds after which nobody waits for them any more. */
const TIMEOUT = 10_000

// Taken when the script loads, so that nothing that the page puts in its place later is asked.
const pageFetch = globalThis.fetch?.bind(globalThis)

/**
 * Gets sentences as data from the server that the script came from.
 *
 * @param pins what they have to be (Subresource Integrity): nothing else is taken, so that a script which a page has pinned
 * shows no other words either.
 */
export function fetchedAsPinned(pins: Readonly<Record<Tag, string>>): Fetch {
  return function fetchSentences(tag) {
    const server = configuredServer()
    return server === undefined ? undefined : fetchFrom(server + PATHS.locales, tag, pins[tag])
  }
}

async function fetchFrom(folder: string, tag: Tag, integrity: string): Promise<Sentences> {
  const response = await pageFetch(`${folder}/${dataFile(tag, integrity)}`, {
    ...{ integrity, credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' },
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (!response.ok) throw new Error(String(response.status))
  return (await response.json()) as Sentences
}
