import { expect } from '@open-wc/testing'
import { PROBLEM_CODES } from '../../contract/index.js'
import type { FailureCode } from '../state.js'
import { en } from './en.js'
import type { Locale, Sentences } from './locale.js'
import { importSentences } from './modules.js'
import { clockTime, codeLabel, failureSentence } from './sentences.js'
import { directionOf, TAGS } from './tags.js'

const localeOf = (language: string, sentences: Sentences): Locale => ({
  ...sentences,
  language,
  direction: directionOf(language),
})

/** Every text of a language but the names of countries, with its place, such as `errors.rate_limited`. */
function texts(value: object, path = ''): [place: string, text: string][] {
  return Object.entries(value)
    .filter(([name]) => name !== 'also')
    .flatMap(([name, part]: [string, unknown]) =>
      typeof part === 'string' ? [[path + name, part]] : texts(part as object, `${path}${name}.`),
    )
}

const places = (sentences: Sentences) =>
  texts(sentences)
    .map(([place]) => place)
    .filter((place) => !/^(?:codeLabel|attemptsLeft|when)\./.test(place))

const PLACEHOLDERS: Record<string, string> = {
  'sentTo.sms': '{digits}',
  'sentTo.voice': '{digits}',
  resendIn: '{time}',
  tryAgain: '{when}',
}

/** What no language has: a mark that may begin a line, marks of typewriters, two spaces. */
const NEVER = / [?!:;…]|\.\.\.|['"]| {2}/

const ARABIC = /[?,;]/
const CHINESE = /[?!:;,.]/

/** What a language does not have beside that: its marks are others, or stand elsewhere. */
const FOREIGN: Record<string, RegExp> = {
  ...{ ar: ARABIC, fa: ARABIC, ur: ARABIC, ja: CHINESE, 'zh-Hans': CHINESE, 'zh-Hant': CHINESE },
  // Three dots that stand for words are written as a word is.
  ...{ de: /(?<!\u00a0)…/, sl: /(?<!\u00a0)…/ },
  ...{ el: /\?/, es: /^[^¿]*\?/, fr: /(?<!\u202f)[?!;]|(?<!\u00a0):/ },
}

const ALL: [string, Sentences][] = [['en', en]]
for (const tag of TAGS) ALL.push([tag, await importSentences(tag)])

for (const [tag, sentences] of ALL) {
  describe(`the sentences of ${tag}`, () => {
    const locale = localeOf(tag, sentences)

    it('are complete, and none is empty or English', () => {
      expect(places(sentences)).to.deep.equal(places(en))
      const english = new Map(texts(en))
      for (const [place, text] of texts(sentences)) {
        expect(text, place).to.match(/^\S(?:.*\S)?$/u)
        if (tag !== 'en' && text.length > 12) expect(text, place).to.not.equal(english.get(place))
      }
    })

    it('have the marks of their language, and none that begins a line', () => {
      for (const [place, text] of texts(sentences)) {
        expect(text, place).to.not.match(NEVER)
        if (FOREIGN[tag]) expect(text, place).to.not.match(FOREIGN[tag])
      }
    })

    it('have a place for what is put in, and for nothing else', () => {
      for (const [place, text] of texts(sentences)) {
        const found = text.match(/\{.*?\}|[{}]/g) ?? []
        expect(found, place).to.deep.equal(PLACEHOLDERS[place] ? [PLACEHOLDERS[place]] : [])
      }
    })

    it('count as the language counts', () => {
      const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions()
      expect(Object.keys(sentences.attemptsLeft).sort()).to.deep.equal([...pluralCategories].sort())
      for (const forms of [sentences.attemptsLeft, sentences.codeLabel]) {
        for (const [category, text] of Object.entries(forms)) {
          expect(pluralCategories, 'a category of the language').to.contain(category)
          // One and two may be words.
          const many = category !== 'one' && category !== 'two' && category !== 'zero'
          if (many) expect(text.split('#'), `${category} ${text}`).to.have.length(2)
        }
      }
      for (let digits = 4; digits <= 8; digits++) expect(codeLabel(locale, digits)).to.contain(String(digits))
    })

    it('say something of every failure', () => {
      for (const code of [...PROBLEM_CODES, 'network_error'] as const) {
        expect(failureSentence(locale, { code, retryable: false }), code).to.match(/^\S.{3,}\S$/u)
      }
    })

    it('tell a check that could not be made from a message that could not be sent', () => {
      const failure = { code: 'provider_unavailable', retryable: true } as const
      const check = failureSentence(locale, { ...failure, checking: true })
      expect(check).to.not.equal(failureSentence(locale, failure))
      const counted = failureSentence(locale, { ...failure, checking: true, attemptsRemaining: 3 })
      const space = ['ja', 'zh-Hans', 'zh-Hant'].includes(tag) ? '' : ' '
      expect(counted.startsWith(check + space)).to.equal(true)
      expect(counted.slice(check.length)).to.match(/^ ?(?! ).*3/u)
    })

    it('say when to come back with the digits 0 to 9', () => {
      const text = failureSentence(locale, { code: 'rate_limited', retryAfter: 300, retryable: true })
      expect(text)
        .to.match(/5/)
        .and.not.match(/[٠-٩۰-۹०-९{}]/u)
    })
  })
}

describe('a failure', () => {
  const english = localeOf('en', en)

  it('counts the tries that are left as each language counts', async () => {
    const left = (locale: Locale, attemptsRemaining: number) =>
      failureSentence(locale, { code: 'code_incorrect', attemptsRemaining, retryable: false })
    expect(left(english, 1)).to.equal('That code is not right. 1 try left.')
    expect(left(english, 4)).to.equal('That code is not right. 4 tries left.')
    const arabic = localeOf('ar', await importSentences('ar'))
    expect(new Set([1, 2, 3, 11].map((count) => left(arabic, count).replace(/\d+/, ''))).size).to.equal(4)
    const polish = localeOf('pl', await importSentences('pl'))
    expect(new Set([1, 2, 5].map((count) => left(polish, count).replace(/\d+/, ''))).size).to.equal(3)
  })

  it('says when to come back, in a unit that fits', () => {
    const after = (retryAfter: number) =>
      failureSentence(english, { code: 'rate_limited', retryAfter, retryable: true })
    expect(after(30)).to.contain('Try again in 30 seconds.')
    expect(after(300)).to.contain('Try again in 5 minutes.')
    expect(after(86_400)).to.contain('Try again in 24 hours.')
    expect(after(1)).to.contain('Try again in 2 seconds.')
  })

  it('says so too where Intl names a time within which', async () => {
    for (const [tag, within, afterwards] of [
      ['ar', 'خلال', 'بعد'],
      ['hi', 'में', 'बाद'],
      ['ur', 'میں', 'بعد'],
    ] as const) {
      const locale = localeOf(tag, await importSentences(tag))
      for (const retryAfter of [30, 300, 86_400]) {
        const text = failureSentence(locale, { code: 'rate_limited', retryAfter, retryable: true })
        expect(text.split(' '), text).to.include(afterwards).and.not.include(within)
      }
    }
  })

  it('that may pass soon says when, or "soon", and not both', () => {
    const failure = { code: 'provider_unavailable', retryable: true } as const
    expect(failureSentence(english, failure)).to.equal(
      'Codes cannot be sent at the moment. Please try again soon.',
    )
    expect(failureSentence(english, { ...failure, retryAfter: 5 })).to.equal(
      'Codes cannot be sent at the moment. Try again in 5 seconds.',
    )
  })

  it('does not say "too many tries" and how many are left', () => {
    const failure = { code: 'rate_limited', retryAfter: 9, attemptsRemaining: 3, retryable: true } as const
    expect(failureSentence(english, { ...failure, checking: true })).to.equal(
      'Too many tries. Try again in 9 seconds.',
    )
  })

  it('that reads like another is told with its sentence', () => {
    const of = (code: FailureCode) => failureSentence(english, { code, retryable: false })
    expect(of('payload_too_large')).to.equal(en.errors.invalid_request)
    expect(of('unknown_site')).to.equal(en.errors.origin_not_allowed)
  })
})

describe('clockTime', () => {
  it('writes minutes and seconds that keep their order in a right-to-left sentence', () => {
    expect(clockTime(65)).to.equal('\u20661:05\u2069')
  })
})
