import { en } from './en.js'
import type { Sentences } from './locale.js'
import type { Tag } from './tags.js'

/** Each language as a module of its own, which bundlers put into a file of its own. */
const MODULES: Record<Tag, () => Promise<Sentences>> = {
  ar: async () => (await import('./ar.js')).ar,
  bg: async () => (await import('./bg.js')).bg,
  ca: async () => (await import('./ca.js')).ca,
  cs: async () => (await import('./cs.js')).cs,
  da: async () => (await import('./da.js')).da,
  de: async () => (await import('./de.js')).de,
  el: async () => (await import('./el.js')).el,
  es: async () => (await import('./es.js')).es,
  fa: async () => (await import('./fa.js')).fa,
  fi: async () => (await import('./fi.js')).fi,
  fr: async () => (await import('./fr.js')).fr,
  he: async () => (await import('./he.js')).he,
  hi: async () => (await import('./hi.js')).hi,
  hr: async () => (await import('./hr.js')).hr,
  hu: async () => (await import('./hu.js')).hu,
  id: async () => (await import('./id.js')).id,
  it: async () => (await import('./it.js')).it,
  ja: async () => (await import('./ja.js')).ja,
  ko: async () => (await import('./ko.js')).ko,
  ms: async () => (await import('./ms.js')).ms,
  nb: async () => (await import('./nb.js')).nb,
  nl: async () => (await import('./nl.js')).nl,
  pl: async () => (await import('./pl.js')).pl,
  'pt-BR': async () => (await import('./pt-BR.js')).ptBR,
  'pt-PT': async () => (await import('./pt-PT.js')).ptPT,
  ro: async () => (await import('./ro.js')).ro,
  ru: async () => (await import('./ru.js')).ru,
  sk: async () => (await import('./sk.js')).sk,
  sl: async () => (await import('./sl.js')).sl,
  sv: async () => (await import('./sv.js')).sv,
  th: async () => (await import('./th.js')).th,
  tr: async () => (await import('./tr.js')).tr,
  uk: async () => (await import('./uk.js')).uk,
  ur: async () => (await import('./ur.js')).ur,
  vi: async () => (await import('./vi.js')).vi,
  'zh-Hans': async () => (await import('./zh-Hans.js')).zhHans,
  'zh-Hant': async () => (await import('./zh-Hant.js')).zhHant,
}

/** The sentences of a language, for pages that bundle the element themselves. */
export async function importSentences(tag: Tag): Promise<Sentences> {
  return withEnglishNames(await MODULES[tag]())
}

/** People who do not find their country by its name in the language of the page look for the English one. */
function withEnglishNames(sentences: Sentences): Sentences {
  const also: Record<string, string> = { ...en.also }
  for (const [code, name] of Object.entries(sentences.also ?? {}))
    also[code] = also[code] ? `${name} ${also[code]}` : name
  return { ...sentences, also }
}
