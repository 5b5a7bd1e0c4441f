import { en } from './en.js'
import type { Locale, Sentences } from './locale.js'
import { directionOf, tagFor, type Tag } from './tags.js'

/** Gets the sentences of a language; `undefined` while there is no source. */
export type Fetch = (tag: Tag) => Promise<Sentences> | undefined

const ENGLISH: Locale = { ...en, language: 'en', direction: 'ltr' }

const here = new Map<Tag | undefined, Locale>()
const coming = new Map<Tag, Promise<void>>()
let fetchSentences: Fetch | undefined

/** Sets where sentences come from. */
export function stock(fetch: Fetch): void {
  fetchSentences = fetch
}

/** The sentences for a page's language, as far as they are here; English ones until then. */
export function localeFor(text: string): Locale {
  return here.get(tagFor(text)) ?? ENGLISH
}

/**
 * Fetches the sentences for a page's language, unless they are here or on their way.
 *
 * @returns a promise that resolves when they have arrived or failed to load (call again to retry); `undefined` if they are here
 * or there is no source.
 */
export function ask(text: string): Promise<void> | undefined {
  const tag = tagFor(text)
  if (!tag || here.has(tag)) return undefined
  const before = coming.get(tag)
  if (before) return before
  const answer = fetchSentences?.(tag)?.then(
    (sentences) => void here.set(tag, { ...sentences, language: tag, direction: directionOf(tag) }),
    // Without them, the page's element is in English.
    () => void coming.delete(tag),
  )
  if (answer) coming.set(tag, answer)
  return answer
}
