import { expect } from '@open-wc/testing'
import { nameCountries, type Country } from './country.js'
import { countrySearch } from './country-search.js'
import { ask, stock } from './locales/library.js'
import { importSentences } from './locales/modules.js'
import { TAGS, type Tag } from './locales/tags.js'

const CODES = [
  ...['US', 'AS', 'VI', 'GB', 'NL', 'BQ', 'CZ', 'AT', 'DK', 'EG', 'TR', 'KR', 'KP', 'RO', 'ZA', 'CI', 'BY'],
  ...['GL', 'FO', 'IT', 'NZ', 'SA', 'HR', 'NG', 'LA', 'BA', 'IN', 'AU', 'IR', 'CA', 'PK', 'DE', 'FR', 'DO'],
]

/** Searches as a visitor of a page in a language whose sentences are here. */
async function search(language: Tag): Promise<(typed: string) => string[]> {
  stock(importSentences)
  await ask(language)
  const countries = CODES.map((code, rank): Country => ({ code, name: '', callingCode: '+0', rank }))
  const found = countrySearch(nameCountries(countries, language), language)
  return (typed) => found(typed).map(({ code }) => code)
}

/** What people of a language call countries, and which they mean. */
const MEANT: Partial<Record<Tag, Record<string, string>>> = {
  ar: { أمريكا: 'US', بريطانيا: 'GB', السعوديه: 'SA' },
  bg: { Великобритания: 'GB', Америка: 'US', Холандия: 'NL' },
  ca: { Anglaterra: 'GB', 'Gran Bretanya': 'GB', Holanda: 'NL' },
  cs: { 'Velká Británie': 'GB', Anglie: 'GB', Amerika: 'US', 'Česká republika': 'CZ' },
  da: { Groenland: 'GL', Oestrig: 'AT', Faeroeerne: 'FO', Amerika: 'US' },
  de: { Großbritannien: 'GB', GROSSBRITANNIEN: 'GB', Amerika: 'US', Oesterreich: 'AT', Suedkorea: 'KR' },
  el: { Αμερική: 'US', Αγγλία: 'GB', Ολλανδία: 'NL' },
  es: { inglaterra: 'GB', 'Gran Bretaña': 'GB', Holanda: 'NL', EEUU: 'US', 'república checa': 'CZ' },
  fa: { آمریکا: 'US', انگلیس: 'GB', ايران: 'IR', تركيه: 'TR', كانادا: 'CA' },
  fi: { Englanti: 'GB', Amerikka: 'US', Hollanti: 'NL' },
  fr: { angleterre: 'GB', 'grande-bretagne': 'GB', Hollande: 'NL', amerique: 'US' },
  he: { אמריקה: 'US', ארהב: 'US', אנגליה: 'GB' },
  hi: { ब्रिटेन: 'GB', इंग्लैंड: 'GB', इंडिया: 'IN' },
  hr: { Engleska: 'GB', 'velika britanija': 'GB', Amerika: 'US', BiH: 'BA' },
  hu: { Anglia: 'GB', 'Nagy-Britannia': 'GB', Amerika: 'US' },
  it: { Inghilterra: 'GB', 'Gran Bretagna': 'GB', Olanda: 'NL' },
  ja: { 米国: 'US', 豪州: 'AU' },
  nb: { Faeroyene: 'FO', Amerika: 'US' },
  nl: { Engeland: 'GB', 'Groot-Brittannië': 'GB', Amerika: 'US' },
  pl: { Anglia: 'GB', Ameryka: 'US', Niderlandy: 'NL' },
  'pt-BR': { inglaterra: 'GB', 'Grã-Bretanha': 'GB', Holanda: 'NL' },
  'pt-PT': { inglaterra: 'GB', 'Grã-Bretanha': 'GB', Holanda: 'NL' },
  ro: { Anglia: 'GB', 'Marea Britanie': 'GB', Olanda: 'NL', SUA: 'US' },
  ru: { Англия: 'GB', Америка: 'US', Голландия: 'NL', Белоруссия: 'BY', 'южная корея': 'KR' },
  sk: { Anglicko: 'GB', 'Veľká Británia': 'GB', Amerika: 'US' },
  sl: { Anglija: 'GB', 'velika britanija': 'GB', Amerika: 'US' },
  sv: { Amerika: 'US', Vitryssland: 'BY' },
  th: { อังกฤษ: 'GB' },
  tr: { İngiltere: 'GB' },
  uk: { Англія: 'GB', Америка: 'US', Голландія: 'NL' },
  ur: { برطانیہ: 'GB', انڈیا: 'IN', پاكستان: 'PK' },
  'zh-Hant': { 意大利: 'IT', 新西蘭: 'NZ', 沙特阿拉伯: 'SA', 克羅地亞: 'HR', 尼日利亞: 'NG', 老撾: 'LA' },
}

describe('what a country is called beside its name', () => {
  for (const [language, meant] of Object.entries(MEANT)) {
    it(`finds it on a page in ${language}`, async () => {
      const find = await search(language as Tag)
      for (const [typed, code] of Object.entries(meant)) expect(find(typed)[0], typed).to.equal(code)
    })
  }

  it('is known in English on pages of every language', async () => {
    for (const tag of TAGS) {
      const find = await search(tag)
      expect([find('great britain')[0], find('ivory coast')[0]], tag).to.deep.equal(['GB', 'CI'])
    }
  })
})
