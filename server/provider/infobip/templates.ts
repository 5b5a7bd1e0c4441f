/** Ids of Infobip message templates: the one for everybody, and others by language (BCP 47, in any case). */
export interface MessageIds {
  default: string
  [language: string]: string
}

/**
 * Finds the template for a language: the exact one, else the one of its script, else of its primary subtag, else the default.
 *
 * `pt_BR`, `pt-br` and `pt-BR` are the same language, and pages in `zh-HK` are written as those in `zh-Hant` are.
 */
export function templateFinder(messageIds: MessageIds): (language: string | undefined) => string {
  // A map, not the object: a language named `constructor` must find nothing.
  const byLanguage = new Map(Object.entries(messageIds).map(([language, id]) => [canonicalTag(language), id]))
  return function templateFor(language) {
    if (language === undefined) return messageIds.default
    const exact = canonicalTag(language)
    const primary = exact.split('-', 1)[0]!
    return (
      byLanguage.get(exact) ??
      byLanguage.get(withScript(exact)) ??
      byLanguage.get(primary) ??
      messageIds.default
    )
  }
}

/** A language with the script that is likely for it (CLDR's likely subtags), and without a country. */
function withScript(tag: string): string {
  try {
    const { language, script } = new Intl.Locale(tag).maximize()
    return canonicalTag(`${language}-${script}`)
  } catch {
    // Pages write odd tags too.
    return ''
  }
}

/** The one spelling of a language. */
export function canonicalTag(language: string): string {
  return language.toLowerCase().replaceAll('_', '-')
}
