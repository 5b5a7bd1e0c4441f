/** Ids of Infobip message templates: the one for everybody, and others by language (BCP 47, in any case). */
export interface MessageIds {
  default: string
  [language: string]: string
}

/**
 * Finds the template for a language: the exact one, else one of what the element takes for the same language, else that of its
 * primary subtag, else the default.
 *
 * `pt_BR`, `pt-br` and `pt-BR` are the same tag. `zh-HK`, `zh-Hant` and Infobip's `zh_tw` are one language, as `nb`, `nn` and
 * `no` are, `pt` and `pt-BR`, and Portuguese of all other countries.
 */
export function templateFinder(messageIds: MessageIds): (language: string | undefined) => string {
  // A Map instead of the object: a language named `constructor` must find nothing.
  const byTag = new Map(Object.entries(messageIds).map(([tag, id]) => [canonicalTag(tag), id]))
  // The first of a language counts.
  const byWriting = new Map([...byTag].map(([tag, id]) => [writingOf(tag), id] as const).reverse())
  return function templateFor(language) {
    if (language === undefined) return messageIds.default
    const exact = canonicalTag(language)
    const writing = writingOf(exact)
    const primary = exact.split('-', 1)[0]!
    const plain = byTag.get(primary)
    return (
      byTag.get(exact) ??
      byTag.get(writing) ??
      (writingOf(primary) === writing ? plain : undefined) ??
      byWriting.get(writing) ??
      plain ??
      messageIds.default
    )
  }
}

/**
 * What the element takes for one language: a language with the script that is likely for it (CLDR's likely subtags), and
 * without a country but in Portuguese. Old names (`iw`) are known to `Intl`.
 */
function writingOf(tag: string): string {
  try {
    const { language, script, region } = new Intl.Locale(tag).maximize()
    if (language === 'pt') return region === 'BR' ? 'pt-br' : 'pt-pt'
    return canonicalTag(`${/^n[no]$/.test(language) ? 'nb' : language}-${script}`)
  } catch {
    // Pages also write odd tags that are no language.
    return tag
  }
}

/** The one spelling of a language. */
export function canonicalTag(language: string): string {
  return language.toLowerCase().replaceAll('_', '-')
}
