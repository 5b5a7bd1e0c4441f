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
    ['no', ['nb', 'nb-NO', 'nn', 'no-NO']],
    ['nb', ['no', 'nn', 'nn-NO', 'NO']],
    ['he', ['iw', 'iw-IL', 'he-IL']],
    ['in', ['id', 'id-ID']],
    ['ro', ['mo', 'mo-MD', 'ro-MD']],
    ['pt_br', ['pt', 'pt-BR']],
    ['pt_pt', ['pt-PT', 'pt-AO', 'pt-US', 'pt-419']],
    ['zh_tw', ['zh-HK', 'zh-Hant', 'zh-Hant-HK']],
    ['zh_cn', ['zh', 'zh-SG', 'zh-Hans']],
    ['de-AT', ['de', 'de-DE']],
  ])('knows by %s what is the same language to the element: %j', (configured, pages) => {
    const ids = { default: 'D', [configured]: 'SAME' }
    for (const page of pages) expect(templateFinder(ids)(page), page).toBe('SAME')
  })

  it.each([
    ['nn-NO', { nb: 'NB', nn: 'NN' }, 'NN'],
    ['nb-NO', { nn: 'NN', no: 'NO', nb: 'NB' }, 'NB'],
    ['pt-AO', { pt: 'PT', 'pt-BR': 'BR', 'pt-AO': 'AO', 'pt-PT': 'PO' }, 'AO'],
    ['pt-MZ', { pt: 'PT', 'pt-BR': 'BR', 'pt-AO': 'AO', 'pt-PT': 'PO' }, 'PO'],
    ['pt-PT', { pt_br: 'BR' }, 'D'],
    ['zh-HK', { zh: 'ZH', zh_tw: 'TW' }, 'TW'],
    ['zh-MO', { zh_tw: 'TW', 'zh-Hant': 'HANT' }, 'HANT'],
    ['en-US', { 'en-GB': 'GB', en: 'EN' }, 'EN'],
    ['sr-Latn-RS', { sr: 'CYRL', 'sr-ME': 'LATN' }, 'LATN'],
  ])('takes for a page in %s, of %j, what is closest', (page, ids, closest) => {
    expect(templateFinder({ default: 'D', ...ids })(page)).toBe(closest)
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
