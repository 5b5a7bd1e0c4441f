import { describe, expect, it } from 'vitest'
import { lintTemplate } from './lint-template.js'
import { parseOriginBound } from './origin-bound.js'
import { segmentsOf } from './segments.js'
import { MESSAGE_TEXTS, messageText } from './texts.js'
import { visible } from './visible.js'

const USE = { codeLength: 6, host: 'shop.example', hostPlaceholder: 'host' }
const GOOD = '{{pin}} is your code.\n\n@{{host}} #{{pin}}'

function checks(template: string, use = {}): string[] {
  return lintTemplate(template, { ...USE, ...use }).weaknesses.map(({ check }) => check)
}

describe('a message, read as phones do (SR-H11)', () => {
  it.each([
    ['747723 is your code.\n\n@example.com #747723', 'example.com', '747723', undefined],
    ['@example.com #747723', 'example.com', '747723', undefined],
    ['Hi\r\n@example.com #747723', 'example.com', '747723', undefined],
    ['@example.com #747723 %shop.example $future', 'example.com', '747723', 'shop.example'],
    ['@example.com #747723 and more', 'example.com', '747723', undefined],
    ['@one.example #1\n@two.example #2', 'two.example', '2', undefined],
  ])('binds the code of %j', (message, host, code, embeddedHost) => {
    expect(parseOriginBound(message)).toEqual({ host, code, embeddedHost })
  })

  it.each([
    'something @example.com #747723',
    '#747723 %ecommerce.example @example.com',
    '@example.com code #747723',
    '@example.com  #747723',
    '@example.com\t#747723',
    '@example.com #747723\n',
    ' @example.com #747723',
    '@ #747723',
    '@example.com #',
    '@example.com',
    '',
  ])('binds no code of %j', (message) => {
    expect(parseOriginBound(message)).toBeUndefined()
  })
})

describe('a template', () => {
  it.each(
    MESSAGE_TEXTS.flatMap((text) => [8, 6].map((codeLength) => [text.language, codeLength, text] as const)),
  )(
    'of ours in %s names the shop, warns, has nothing wrong with it at %i digits, and travels as one message (SR-H11)',
    (_, codeLength, text) => {
      const template = messageText(text, { brand: 'Shop', hostPlaceholder: 'host' })
      const lint = lintTemplate(template, { ...USE, codeLength, brand: 'Shop' })
      expect(lint.message).toMatch(/^Shop: /)
      expect([lint.weaknesses, lint.advice]).toEqual([[], []])
      expect(lint.segments).toBe(1)
      expect(parseOriginBound(lint.message)).toMatchObject({
        host: 'shop.example',
        code: '0'.repeat(codeLength),
      })
    },
  )

  it('that names one host is good for that host alone (SR-H11)', () => {
    const template = '{{pin}} is your code.\n@shop.example #{{pin}}'
    expect(checks(template, { hostPlaceholder: undefined })).toEqual([])
    expect(checks(template, { host: 'www.shop.example' })).toEqual(['template.origin-bound'])
    expect(checks('{{pin}} is your code.\n@{{host}} #123456')).toEqual(['template.origin-bound'])
  })

  it('that names no page is advised on, and no mistake, where no placeholder is wanted (SR-H11)', () => {
    const text = 'Acme: {{pin}} is your code. Never share it.'
    const advised = lintTemplate(text, { ...USE, hostPlaceholder: undefined })
    expect(advised.weaknesses).toEqual([])
    expect(advised.advice).toMatchObject([
      { check: 'template.origin-bound', fix: expect.stringContaining('--host-placeholder') },
    ])
    expect(lintTemplate(text, USE)).toMatchObject({
      weaknesses: [{ check: 'template.origin-bound' }],
      advice: [],
    })
  })

  it.each([
    ['Your code will come.\n@{{host}} #123456', ['template.pin', 'template.origin-bound']],
    ['Your code is {{pin}}.', ['template.origin-bound']],
    [`${GOOD}\n`, ['template.origin-bound']],
    ['{{pin}} opens it.\n@{{host}} #{{pin}}', ['template.word']],
    ['Your code:\n@{{host}} #{{pin}}', ['template.text']],
    [`Dear {{name}}, ${GOOD}`, ['template.placeholder']],
    [`{{ pin }}, no, ${GOOD}`, ['template.placeholder']],
    [`${'Thank you. '.repeat(12)}${GOOD}`, ['template.length']],
  ])('%j is not left so', (template, expected) => {
    expect(checks(template)).toEqual(expected)
  })

  it.each([
    ['Acme Shop: {{pin}} is your code. Never share it.\n@{{host}} #{{pin}}', 'Acme Shop', []],
    ['Acme Shop: {{pin}} is your code. Never share it.\n@{{host}} #{{pin}}', 'ACMESHOP', []],
    ['Acme: {{pin}} is your code. Never share it.\n@{{host}} #{{pin}}', 'Acme Shop', ['template.brand']],
    // Visitors do not read the last line.
    ['{{pin}} is your code. Never share it.\n@{{host}} #{{pin}}', 'shop', ['template.brand']],
    ['Acme: {{pin}} is your code.\n@{{host}} #{{pin}}', undefined, ['template.warning']],
    ['{{pin}} is your code.\n@{{host}} #{{pin}}', 'Acme', ['template.brand', 'template.warning']],
    ['Acme: {{pin}} là mã của bạn. Không chia sẻ.\n@{{host}} #{{pin}}', 'Acme', []],
    [
      'Acme: {{pin}} – ваш код. Никому не сообщайте его, пожалуйста.\n@{{host}} #{{pin}}',
      'Acme',
      ['template.segments'],
    ],
  ])('%j of a shop called %s is advised on, and not refused (SR-H11)', (template, brand, expected) => {
    const { weaknesses, advice } = lintTemplate(template, { ...USE, brand })
    expect(weaknesses).toEqual([])
    expect(advice.map(({ check }) => check)).toEqual(expected)
  })

  it('of ours that names nobody is known by that, whatever the names of the shop (SR-H11)', () => {
    for (const text of MESSAGE_TEXTS) {
      const { advice } = lintTemplate(messageText(text, { brand: undefined, hostPlaceholder: 'host' }), USE)
      expect(advice.map(({ message }) => message)).toEqual(['It does not say whose code it is.'])
    }
  })

  it('that costs two messages says by which letters, where they are few', () => {
    const advised = (text: string) => lintTemplate(`${text}\n@{{host}} #{{pin}}`, USE).advice.at(-1)?.fix
    expect(advised(`{{pin}} es su código. No lo comparta. ${'Gracias. '.repeat(5)}`)).toContain(
      'leave out ó:',
    )
    expect(advised('Никому не сообщайте код подтверждения. '.repeat(3))).not.toContain('leave out')
  })

  it('has at most 140 characters once it is filled in', () => {
    const fixed = [...lintTemplate(GOOD, USE).message].length
    const fill = (length: number) => `${'x'.repeat(length - fixed)}${GOOD}`
    expect(lintTemplate(fill(140), USE)).toMatchObject({ length: 140, weaknesses: [] })
    expect(checks(fill(141))).toEqual(['template.length'])
    expect(checks(fill(140), { codeLength: 8 })).toEqual(['template.length'])
  })

  it('of somebody else moves no cursor when it is printed', () => {
    expect(visible('a\u001b[2Jb\u202ec\u2028d')).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{2028}d')
    const { weaknesses } = lintTemplate('{{\u001b[2J}} code {{pin}}\n@\u001b[2J #{{pin}}', USE)
    expect(weaknesses.length).toBeGreaterThan(1)
    expect(JSON.stringify(weaknesses)).not.toContain('\\u001b')
  })
})

describe('what a message is sent as', () => {
  it.each([
    ['a'.repeat(160), 'GSM-7', 1],
    ['a'.repeat(161), 'GSM-7', 2],
    ['a'.repeat(306), 'GSM-7', 2],
    ['a'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1],
    ['€'.repeat(81), 'GSM-7', 2],
    ['é@£$¥ÄÖñüàΔ\n', 'GSM-7', 1],
    ['ó'.repeat(70), 'UCS-2', 1],
    ['ó'.repeat(71), 'UCS-2', 2],
    ['ó'.repeat(134), 'UCS-2', 2],
    ['ó'.repeat(135), 'UCS-2', 3],
    ['😀'.repeat(36), 'UCS-2', 2],
  ])('%# follows 3GPP TS 23.038', (text, encoding, segments) => {
    expect(segmentsOf(text)).toMatchObject({ encoding, segments })
  })

  it('names the characters that make it dear', () => {
    expect(segmentsOf('código, código').strange).toEqual(['ó'])
  })
})
