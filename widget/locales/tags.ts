/** Languages with sentences, besides English, which is always there. */
export const TAGS = [
  'ar',
  'bg',
  'ca',
  'cs',
  'da',
  'de',
  'el',
  'es',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'ms',
  'nb',
  'nl',
  'pl',
  'pt-BR',
  'pt-PT',
  'ro',
  'ru',
  'sk',
  'sl',
  'sv',
  'th',
  'tr',
  'uk',
  'ur',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const

/** The tag of one of those languages. */
export type Tag = (typeof TAGS)[number]

/** Other names of languages: Norwegian, its form that is close to the one there is, and old names that WebKit keeps. */
const SAME: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb', iw: 'he', in: 'id', mo: 'ro' }

/** Languages with several tags here, and "no language": the likely subtags decide. */
const AMBIGUOUS = /^(?:pt|zh|und)$/

/** Written from right to left. */
const RIGHT_TO_LEFT = /^(?:ar|fa|he|ur)\b/

/** What was found for each text: it is asked for several times whenever the element is drawn. */
const known = new Map<string, Tag | undefined>()

/**
 * The language that comes closest to what a page is written in: that of its country or its script where there are several
 * (`pt-AO` is Portugal's, `zh-HK` traditional).
 *
 * @param text a BCP 47 tag as the page wrote it.
 * @returns `undefined` for English, and for a language that there is none close to.
 */
export function tagFor(text: string): Tag | undefined {
  if (!known.has(text)) known.set(text, closestTo(text))
  return known.get(text)
}

function closestTo(text: string): Tag | undefined {
  const { language, script, region } = likely(text)
  const own = SAME[language] ?? language
  const wanted = [own, `${own}-${script}`, `${own}-${region}`, `${own}-PT`]
  return TAGS.find((tag) => wanted.includes(tag))
}

/** The direction of a language with sentences. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(tag) ? 'rtl' : 'ltr'
}

function likely(text: string): {
  language: string
  script?: string | undefined
  region?: string | undefined
} {
  try {
    const locale = new Intl.Locale(text)
    // The first call is slower on a phone than anything else that is done before the visitor can type.
    return AMBIGUOUS.test(locale.language) ? locale.maximize() : locale
  } catch {
    // Pages also write odd tags, or none.
    return { language: '' }
  }
}
