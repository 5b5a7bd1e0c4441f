import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchOrigin, parseOriginPattern, type OriginPattern } from '../site/origin.js'

const EXACT: OriginPattern[] = [
  { kind: 'exact', origin: 'https://shop.example' },
  { kind: 'exact', origin: 'http://localhost:5173' },
  { kind: 'exact', origin: 'https://a.example:8443' },
]
const WITH_WILDCARD: OriginPattern[] = [...EXACT, { kind: 'subdomains', base: 'shop.example', port: '' }]

const HOSTILE = [
  ...`
    null NULL * undefined https:// https :// //shop.example shop.example https:shop.example
    https:\\\\shop.example
    https://shop.example.evil.com https://evilshop.example https://evil-shop.example https://shop.example-evil.com
    https://shop.example:8443 https://shop.example:443 https://shop.example:80 https://shop.example:
    http://shop.example wss://shop.example HTTPS://shop.example https://SHOP.example https://shop.examplE
    https://shop.example. https://www.shop.example https://example https://shop.exampl https://shop.examples
    https://ѕhop.example https://xn--hop-jbe.example https://ｓhop.example https://shop\u3002example
    https://shop.example%60.evil https://shop.example\`.evil https://shop.example%00 https://shop%2eexample
    https://user@shop.example https://shop.example@evil.com https://evil.com@shop.example https://:@shop.example
    https://shop.example/ https://shop.example/path https://shop.example?x https://shop.example#x
    https://evil.com/https://shop.example file:// chrome-extension://shop.example http://localhost
    http://localhost:51730 http://localhost:5173.evil.com http://127.0.0.1:5173 http://[::1]:5173`
    .trim()
    .split(/\s+/),
  ...[
    '',
    ' ',
    'https://shop.example\n',
    '\thttps://shop.example',
    'https://shop.example\0',
    'https://shop.example ',
  ],
  ...[
    'https://shop.example\r\nX-Evil: 1',
    'https://shop.example, https://evil.com',
    'https://evil.com, https://shop.example',
  ],
  'https://shop.example https://shop.example',
]

describe('the Origin header', () => {
  it.each(['https://shop.example', 'http://localhost:5173', 'https://a.example:8443'])(
    'is admitted as configured: %s',
    (origin) => {
      expect(matchOrigin(EXACT, origin)).toBe(origin)
    },
  )

  it.each(HOSTILE)('SR-E01: is refused when it is %j', (header) => {
    expect(matchOrigin(EXACT, header)).toBeUndefined()
  })

  it('SR-E03: is refused when it is missing', () => {
    expect(matchOrigin(WITH_WILDCARD, undefined)).toBeUndefined()
  })

  it('is refused when nobody is configured', () => {
    expect(matchOrigin([], 'https://shop.example')).toBeUndefined()
  })

  it('SR-E01: is never anything but a browser spelling of a configured host', () => {
    const tokens =
      'https:// http:// shop.example .shop.example shop . example :8443 :443 @ / % localhost:5173 www * \0 '
    const piece = fc.oneof(
      fc.constantFrom(...tokens.split(' '), '\r\n', 'evil.com', 'a.example', 'xn--', '-', '#', '?', 'ı', 'É'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    const own =
      /^(?:https:\/\/(?:[a-z0-9_-]+\.)?shop\.example|http:\/\/localhost:5173|https:\/\/a\.example:8443)$/
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const header = pieces.join('')
        const origin = matchOrigin(WITH_WILDCARD, header)
        expect(origin === undefined || (origin === header && own.test(header))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('is admitted whenever a browser made it of the host that an operator wrote', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), (url) => {
        const { origin } = new URL(url)
        const read = parseOriginPattern(origin, { insecureLoopback: false })
        expect(read).toEqual({ kind: 'exact', origin })
        expect(matchOrigin([{ kind: 'exact', origin }], `${origin}.evil.com`)).toBeUndefined()
      }),
    )
  })

  it('SR-E01: can be met by every pattern that is read from an operator’s text', () => {
    const host = fc.string({ unit: 'binary', maxLength: 20 })
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      host.map((name) => `https://${name}`),
      host.map((name) => `https://*.${name}.example`),
    )
    fc.assert(
      fc.property(text, (written) => {
        const read = parseOriginPattern(written, { insecureLoopback: true })
        if ('mistake' in read) return
        const origin = read.kind === 'exact' ? read.origin : `https://www.${read.base}${read.port}`
        expect(new URL(origin).origin).toBe(origin)
        expect(matchOrigin([read], origin)).toBe(origin)
      }),
      { numRuns: 1000 },
    )
  })
})
