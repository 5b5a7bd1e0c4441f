import { expect } from '@open-wc/testing'
import { PROBLEM_STATUS } from '../../contract/index.js'
import type { FailureCode } from '../state.js'
import { ar } from './ar.js'
import { en } from './en.js'
import { clockTime, failureSentence, localeFor } from './sentences.js'

describe('localeFor', () => {
  it('finds the language of a tag and falls back to English', () => {
    for (const tag of ['ar', 'AR', 'ar-EG']) expect(localeFor(tag)).to.equal(ar)
    for (const tag of ['en-GB', '', 'xx', 'arq']) expect(localeFor(tag)).to.equal(en)
  })
})

describe('failureSentence', () => {
  it('has a sentence for every code in every language', () => {
    for (const locale of [en, ar]) {
      for (const code of [...Object.keys(PROBLEM_STATUS), 'network_error'] as FailureCode[]) {
        expect(failureSentence(locale, { code, retryable: false }), code).to.match(/^\S.{8,}[.]$/)
      }
    }
  })

  it('counts the tries that are left as each language counts', () => {
    const left = (locale: typeof en, attemptsRemaining: number) =>
      failureSentence(locale, { code: 'code_incorrect', attemptsRemaining, retryable: false })
    expect(left(en, 1)).to.equal('That code is not right. 1 try left.')
    expect(left(en, 4)).to.equal('That code is not right. 4 tries left.')
    expect(new Set([1, 2, 3, 11].map((count) => left(ar, count).replace(/\d+/, ''))).size).to.equal(4)
    expect(left(ar, 2)).to.contain('محاولتان')
  })

  it('reads right after a send and after a check that could not be made, in every language', () => {
    for (const locale of [en, ar]) {
      const failure = { code: 'provider_unavailable', retryable: true } as const
      const send = failureSentence(locale, failure)
      const check = failureSentence(locale, { ...failure, checking: true })
      expect(send)
        .to.match(/sent|إرسال/)
        .and.not.match(/checked|التحقق/)
      expect(check)
        .to.match(/checked|التحقق/)
        .and.not.match(/sent|إرسال/)
      const counted = failureSentence(locale, { ...failure, checking: true, attemptsRemaining: 3 })
      expect(counted).to.equal(`${check} ${locale.attemptsLeft(3)}`)
    }
  })

  it('says when to come back, in a unit that fits', () => {
    const after = (retryAfter: number) =>
      failureSentence(en, { code: 'rate_limited', retryAfter, retryable: true })
    expect(after(30)).to.contain('Try again in 30 seconds.')
    expect(after(300)).to.contain('Try again in 5 minutes.')
    expect(after(86_400)).to.contain('Try again in 24 hours.')
    const arabic = failureSentence(ar, { code: 'rate_limited', retryAfter: 300, retryable: true })
    expect(arabic).to.contain('5').and.not.match(/[٠-٩]/)
  })
})

describe('clockTime', () => {
  it('writes minutes and seconds that keep their order in a right-to-left sentence', () => {
    expect(clockTime(65)).to.equal('\u20661:05\u2069')
  })
})
