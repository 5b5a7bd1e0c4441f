import { en } from './en.js'
import type { Locale, Sentences } from './locale.js'
import { directionOf, tagFor, type Tag } from './tags.js'

/** Gets the sentences of a language; `undefined` while nobody knows from where. */
export type Fetch = (tag: Tag) => Promise<Sentences> | undefined

const ENGLISH: Locale = { ...en, language: 'en', direction: 'ltr' }

const here = new Map<Tag, Locale>()
const asked = new Map<Tag, Promise<void>>()
let fetchSentences: Fetch | undefined

/** Tells where sentences come from. */
export function stock(fetch: Fetch): void {
  fetchSentences = fetch
}

/**
 * The sentences for a page's language, as far as they are here.
 *
 * @returns `coming` is settled once they are, or never will be; English does until then.
 */
export function localeFor(text: string): { locale: Locale; coming?: Promise<void> | undefined } {
  const tag = tagFor(text)
  const known = tag && here.get(tag)
  if (known) return { locale: known }
  return { locale: ENGLISH, coming: tag && ask(tag) }
}

function ask(tag: Tag): Promise<void> | undefined {
  const before = asked.get(tag)
  if (before) return before
  const coming = fetchSentences?.(tag)?.then(
    (sentences) => void here.set(tag, { ...sentences, language: tag, direction: directionOf(tag) }),
    // A page that cannot have them is a page in English.
    () => {},
  )
  if (coming) asked.set(tag, coming)
  return coming
}
