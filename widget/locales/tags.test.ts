import { expect } from '@open-wc/testing'
import { directionOf, TAGS, tagFor } from './tags.js'

describe('tagFor', () => {
  for (const [found, texts] of Object.entries({
    ar: ['ar', 'AR', 'ar-EG'],
    de: ['de', 'de-AT', 'de-CH-1996', 'und-AT'],
    he: ['he', 'iw'],
    id: ['in-ID'],
    ro: ['mo'],
    nb: ['no', 'nn-NO', 'nb'],
    'pt-BR': ['pt', 'pt-BR', 'und-BR'],
    'pt-PT': ['pt-PT', 'pt-AO', 'pt-MZ'],
    'zh-Hans': ['zh', 'zh-CN', 'zh-SG', 'zh-Hans-HK'],
    'zh-Hant': ['zh-TW', 'zh-HK', 'zh-Hant'],
  })) {
    it(`takes ${texts.join(', ')} for ${found}`, () => {
      for (const text of texts) expect(tagFor(text), text).to.equal(found)
    })
  }

  it('knows of nothing close to other languages, to none and to what is no tag', () => {
    for (const text of ['en', 'en-GB', '', 'xx', 'arq', 'sr', 'de_DE', '*', '123', 'x'.repeat(99)]) {
      expect(tagFor(text), text).to.equal(undefined)
    }
  })

  it('finds every language by its own tag', () => {
    for (const tag of TAGS) expect(tagFor(tag)).to.equal(tag)
    expect(TAGS.length).to.be.greaterThan(30)
  })
})

describe('directionOf', () => {
  it('is that of the script', () => {
    const toLeft = TAGS.filter((tag) => directionOf(tag) === 'rtl')
    expect(toLeft).to.deep.equal(['ar', 'fa', 'he', 'ur'])
  })
})
