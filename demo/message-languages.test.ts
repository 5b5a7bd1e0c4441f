import { expect, it } from 'vitest'
import { MESSAGE_TEXTS } from '../server/message/texts.js'
import { WARNING_WORDS } from '../server/message/warning-words.js'
import { templateFinder } from '../server/provider/infobip/templates.js'
import { TAGS, tagFor } from '../widget/locales/tags.js'

/** Languages that Infobip names otherwise than pages do. */
const INFOBIP: Readonly<Record<string, string>> = {
  nb: 'no',
  'pt-BR': 'pt_br',
  'pt-PT': 'pt_pt',
  'zh-Hans': 'zh_cn',
  'zh-Hant': 'zh_tw',
}

const BY_TAG = MESSAGE_TEXTS.flatMap(({ language, tags }) => tags.map((tag) => [tag, language] as const))
const BY_NAME = MESSAGE_TEXTS.map(({ language }) => [language, language] as const)
const FINDERS = [BY_TAG, BY_NAME].map((ids) => templateFinder({ default: 'en', ...Object.fromEntries(ids) }))

/** Where Portuguese is spoken, of which there are two. */
const COUNTRIES = ['AO', 'BR', 'CV', 'GQ', 'GW', 'MO', 'MZ', 'PT', 'ST', 'TL']
const PAGES = [
  ...[...TAGS, 'en', 'nn', 'no', 'pt', 'es-419', 'de-AT', 'nn-NO', 'nb-NO', 'PT-br', 'ro-MD', 'ru-KZ'],
  ...['zh', 'zh-CN', 'zh-SG', 'zh-TW', 'zh-HK', 'zh-MO', 'zh-Hant-HK', 'zh-Hans-HK'],
  ...COUNTRIES.map((country) => `pt-${country}`),
  // Portuguese where it is not official, and old names.
  ...['pt-US', 'pt-JP', 'pt-419', 'pt-CH', 'mo', 'iw', 'in', 'in-ID', 'NO', 'nn-Latn'],
]

it.each([...new Set(PAGES)])(
  'a page in %s has message and element in one language, where there is a text in it, be it named by pages or by Infobip',
  (page) => {
    const tag = tagFor(page) ?? 'en'
    const language = INFOBIP[tag] ?? tag
    const isThere = MESSAGE_TEXTS.some((text) => text.language === language)
    for (const languageOf of FINDERS) expect(languageOf(page)).toBe(isThere ? language : 'en')
  },
)

/** `language` of a message template, as Infobip's API describes it. */
const TEMPLATES = 'en es ca da nl fr de it ja ko no pl ru sv fi hr sl ro pt_pt pt_br zh_cn zh_tw'

it('there is a text in every language that Infobip’s templates have', () => {
  expect(MESSAGE_TEXTS.map(({ language }) => language).toSorted()).toEqual(TEMPLATES.split(' ').toSorted())
})

it('every text is for the language that the element takes its pages for', () => {
  for (const [page, language] of BY_TAG) {
    const tag = tagFor(page) ?? 'en'
    expect(INFOBIP[tag] ?? tag, page).toBe(language)
  }
})

it('a warning not to share the code is known in every language of the element (SR-H11)', () => {
  const languages = [...TAGS, 'en'].map((tag) => tag.split('-')[0]!)
  expect(WARNING_WORDS.map(({ language }) => language)).toEqual([...new Set(languages)].toSorted())
})
