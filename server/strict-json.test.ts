import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VerificationError } from './refusal/verification-error.js'
import { readStrictJson } from './strict-json.js'

/** The value, or `refused`; any error but the one that callers know fails the test. */
function read(text: string): unknown {
  try {
    return readStrictJson(text)
  } catch (error) {
    if (error instanceof VerificationError && error.code === 'invalid_request') return 'refused'
    throw error
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

describe('a JSON body', () => {
  it.each([
    '{}',
    ' \t\r\n{ } \n',
    '{"a":"b","c":-1.5e3,"d":true,"e":null,"f":[]}',
    '{"a":{"x":1},"b":{"x":2}}',
    '{"a":[{"x":1},{"x":2}]}',
    '{"":1,"a":""}',
    '{"toString":1,"hasOwnProperty":2,"valueOf":3}',
    '{"a":"\\u00e9\\ud83d\\ude00\\n","b":"😀"}',
  ])('is read as JSON.parse reads it: %s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text))
  })

  it.each(['[]', '[{}]', '"a"', '1', 'null', 'true', '', ' ', '"{}"'])('must be an object: %j', (text) => {
    expect(read(text)).toBe('refused')
  })

  it.each([
    '{"a":1,}',
    '{"a":[1,]}',
    '{,}',
    '{"a":1 "b":2}',
    '{"a" 1}',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":0x1F}',
    '{"a":undefined}',
    '{"a":True}',
    '{"a":"\t"}',
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"b}',
    '{"a":1}}',
    '{"a":1}{"a":1}',
    '{"a":1} x',
    '{"a":1',
    '{"a":',
    '{',
    '{"a":1}//',
    '{/**/"a":1}',
    '{"a":1}\0',
    '\ufeff{}',
    '\u00a0{}',
    '{}\u2028',
    '{"a":1}]',
    '{"a":[1}',
  ])('is strict JSON, without leniency: %j', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(read(text)).toBe('refused')
  })

  it.each([
    '{"code":"123456","code":"654321"}',
    '{"code":"123456","c\\u006fde":"654321"}',
    '{"a":{"x":1,"x":1}}',
    '{"a":[{"x":1,"y":2,"x":3}]}',
    '{"":1,"":2}',
    '{"a":{"b":1},"c":2,"a":3}',
    '{"toString":1,"toString":2}',
  ])('SR-F02: has no member twice: %s', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(read(text)).toBe('refused')
  })

  it.each([
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"prototype":1}',
    '{"a":{"__proto__":{"polluted":1}}}',
    '{"a":[{"constructor":1}]}',
    '{"__pro\\u0074o__":{"polluted":1}}',
  ])('SR-F09: names no prototype: %s', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(read(text)).toBe('refused')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('SR-D23: is at most four levels deep, objects and arrays alike', () => {
    for (const [open, close] of [
      ['{"a":', '}'],
      ['[', ']'],
    ] as const) {
      const nested = (depth: number) => `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`
      expect(read(nested(4))).toEqual(JSON.parse(nested(4)))
      expect(read(nested(5))).toBe('refused')
      expect(read(nested(100_000))).toBe('refused')
    }
    expect(read('{"a":[[[]]],"b":[[[]]],"c":{"d":{"e":{}}}}')).not.toBe('refused')
  })

  it.each([
    '{"a":"\\u0000"}',
    '{"a\\u0000":1}',
    '{"a":"\\ud800"}',
    '{"a":["\\udc00x"]}',
    '{"a":"\ud800"}',
    '{"\\ude00":1}',
  ])('SR-F02: has neither NUL nor lone surrogates in its names and strings: %j', (text) => {
    expect(JSON.parse(text)).toBeTypeOf('object')
    expect(read(text)).toBe('refused')
  })

  it('keeps what it refuses out of its error', () => {
    expect(() => readStrictJson('{"code":"493817"')).toThrow(new VerificationError('invalid_request'))
    for (const text of ['{"code":"493817"', '{"code":"493817","code":"493817"}']) {
      let thrown: unknown
      try {
        readStrictJson(text)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(VerificationError)
      expect(String((thrown as Error).stack) + String((thrown as Error).cause)).not.toContain('493817')
    }
  })
})

describe('any text', () => {
  it('is accepted when it is an ordinary object, and means what JSON.parse says', () => {
    const plain = fc.dictionary(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }),
    )
    fc.assert(
      fc.property(plain, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        const ambiguous = /"(?:__proto__|constructor|prototype)":|\\u0000/.test(text)
        const accepted = depthOf(value) <= 4 && !ambiguous
        expect(read(text)).toEqual(accepted ? JSON.parse(text) : 'refused')
      }),
      { numRuns: 1000 },
    )
  })

  it('never makes it throw anything else, and never means more than JSON.parse says', () => {
    const token = fc.oneof(
      fc.constantFrom(
        ...'{}[]:,"\\ \n\t-+.0e1/*',
        '{"',
        '":',
        '","',
        'true',
        'null',
        '"a"',
        '{"a":',
        '\\u0',
        '\\ud800',
        '\0',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        const text = '{' + tokens.join('')
        const value = read(text)
        if (value !== 'refused') expect(value).toEqual(JSON.parse(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('SR-D23: of four kilobytes made to hurt is refused or read, and nothing overflows', () => {
    const pieces = [
      '{',
      '[',
      '{"a":',
      '[[',
      '"',
      '\\',
      ',',
      ':',
      '/*',
      '//',
      '\\u',
      '-',
      '9',
      ' ',
      '{"a":1,',
      '"a":1,',
      '\ud83d',
    ]
    for (const piece of pieces) {
      for (const start of ['', '{', '{"a":', '{"a":[', '{"a":"']) {
        const text = (start + piece.repeat(4096)).slice(0, 4096)
        expect(read(text)).toBe('refused')
      }
    }
    const wide = `{${Array.from({ length: 400 }, (_, i) => `"m${i}":[]`).join()}}`
    expect(read(wide)).toEqual(JSON.parse(wide))
  })
})
