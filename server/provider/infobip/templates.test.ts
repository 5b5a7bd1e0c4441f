import { describe, expect, it } from 'vitest'
import { templateFinder } from './templates.js'

const templateFor = templateFinder({ default: 'D', de: 'DE', pt: 'PT', pt_BR: 'PTBR', 'zh-Hant': 'ZH' })

describe('templateFinder', () => {
  it.each([
    ['de', 'DE'],
    ['pt-BR', 'PTBR'],
    ['pt_br', 'PTBR'],
    ['PT-br', 'PTBR'],
    ['zh-hant', 'ZH'],
  ])('finds the exact language of %s', (language, id) => {
    expect(templateFor(language)).toBe(id)
  })

  it.each([
    ['de-AT', 'DE'],
    ['pt-PT', 'PT'],
  ])('falls back to the primary subtag of %s', (language, id) => {
    expect(templateFor(language)).toBe(id)
  })

  it.each(['zh-TW', 'zh-HK', 'zh-Hant-HK', 'ZH-mo'])('knows in which script %s is written', (language) => {
    expect(templateFor(language)).toBe('ZH')
  })

  it.each([
    undefined,
    '',
    'fr',
    'zh',
    'zh-CN',
    'zh-Hans-HK',
    'x',
    'a-b',
    'zh-*',
    'default',
    'constructor',
    '__proto__',
    'toString',
  ])('falls back to the default for %j', (language) => {
    expect(templateFor(language)).toBe('D')
  })
})
