import { en } from './en.js'
import type { Locale, Sentences } from './locale.js'
import { directionOf, tagFor, type Tag } from './tags.js'

/** Gets the sentences of a language; `undefined` while nobody knows from where. */
export type Fetch = (tag: Tag) => Promise<Sentences> | undefined

const ENGLISH: Locale = { ...en, language: 'en', direction: 'ltr' }

const here = new Map<Tag | undefined, Locale>()
const coming = new Map<Tag, Promise<void>>()
let fetchSentences: Fetch | undefined

/** Tells where sentences come from. */
export function stock(fetch: Fetch): void {
  fetchSentences = fetch
}

/** The sentences for a page's language, as far as they are here; English ones until then. */
export function localeFor(text: string): Locale {
  return here.get(tagFor(text)) ?? ENGLISH
}

/**
 * Has the sentences for a page's language fetched, unless they are here or on their way.
 *
 * @returns what is settled once they are here or could not be had, which only asking once more can change; nothing where
 * they are here or nobody knows from where.
 */
export function ask(text: string): Promise<void> | undefined {
  const tag = tagFor(text)
  if (!tag || here.has(tag)) return undefined
  const before = coming.get(tag)
  if (before) return before
  const answer = fetchSentences?.(tag)?.then(
    (sentences) => void here.set(tag, { ...sentences, language: tag, direction: directionOf(tag) }),
    // A page that cannot have them is a page in English.
    () => void coming.delete(tag),
  )
  if (answer) coming.set(tag, answer)
  return answer
}
