import { describe, expect, it } from 'vitest'
import { matchOrigin, messageHost, parseOriginPattern, type OriginPattern } from './origin.js'

function pattern(text: string, insecureLoopback = false): OriginPattern {
  const read = parseOriginPattern(text, { insecureLoopback })
  if ('mistake' in read) throw new Error(read.mistake)
  return read
}

function mistake(text: string, insecureLoopback = false): string | undefined {
  const read = parseOriginPattern(text, { insecureLoopback })
  return 'mistake' in read ? read.mistake : undefined
}

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}

describe('an origin as operators write it', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://SHOP.Example', 'https://shop.example'],
    ['HTTPS://shop.example:443', 'https://shop.example'],
    ['https://shop.example:8443', 'https://shop.example:8443'],
    ['https://münchen.example', 'https://xn--mnchen-3ya.example'],
    ['https://my_shop.example', 'https://my_shop.example'],
    ['https://192.0.2.1', 'https://192.0.2.1'],
    ['https://localhost:3000', 'https://localhost:3000'],
  ])('SR-E01: becomes what browsers send: %s', (text, origin) => {
    expect(pattern(text)).toEqual({ kind: 'exact', origin })
  })

  it('is read by a process that has read many', () => {
    for (let n = 0; n < 200_000; n++) parseOriginPattern('https://shop.example', { insecureLoopback: false })
    expect(pattern('https://münchen.example')).toMatchObject({ origin: 'https://xn--mnchen-3ya.example' })
  })

  it.each([
    ...words(`
      shop.example //shop.example https:shop.example https:/shop.example https:// ftp://shop.example file:///a
      https://shop.example/ https://shop.example/a https://shop.example?a https://shop.example#a
      https://user@shop.example https://@shop.example https://user:pass@shop.example https://shop.example\\a
      https://shop.example. https://shop.example\u3002 https://shop..example https://.shop.example
      https://shop.example: https://shop.example:x https://shop.example:65536 https://shop%2eexample
      https://shop.example\`.evil.example https://xn--a https://shop.example,https://b.example
      https://[::1 https://::1 data:text/html,a javascript:0`),
    ...[
      '',
      ' ',
      ' https://shop.example',
      'https://shop.example ',
      'https://sh\top.example',
      'https://shop.example\n',
    ],
    'https://shop.example https://b.example',
  ])('is refused unless it is a scheme, a host and perhaps a port: %j', (text) => {
    expect(mistake(text, true)).toMatch(/^[A-Z].*\.$/)
  })

  it.each(words('null * https://* https://*. http://* *.shop.example https://*:443'))(
    'SR-E02: never means everybody: %s',
    (text) => {
      expect(mistake(text, true)).toBeTypeOf('string')
    },
  )

  it.each(words('http://localhost http://localhost:5173 http://127.0.0.1:80 http://[::1]:3000'))(
    'may be %s only where insecure loopback origins are allowed',
    (text) => {
      expect(mistake(text, false)).toContain('https')
      expect(pattern(text, true)).toEqual({ kind: 'exact', origin: new URL(text).origin })
    },
  )

  it.each(
    words('http://shop.example http://localhost.example http://127.0.0.2 http://*.localhost http://0.0.0.0'),
  )('must be https when it is not loopback: %s', (text) => {
    expect(mistake(text, true)).toContain('https')
  })
})

describe('a wildcard', () => {
  it.each([
    ['https://*.shop.example', 'shop.example', ''],
    ['https://*.SHOP.example:443', 'shop.example', ''],
    ['https://*.shop.example:8443', 'shop.example', ':8443'],
    ['https://*.münchen.example', 'xn--mnchen-3ya.example', ''],
    ['https://*.shop.co.uk', 'shop.co.uk', ''],
    ['https://*.me.github.io', 'me.github.io', ''],
  ])('SR-E08: stands for the labels below a domain: %s', (text, base, port) => {
    expect(pattern(text)).toEqual({ kind: 'subdomains', base, port })
  })

  it.each(
    words(`
      com example co.uk github.io vercel.app netlify.app pages.dev workers.dev web.app myshopify.com blogspot.com
      kawasaki.jp foo.ck s3.amazonaws.com compute.amazonaws.com xn--p1ai localhost 127.0.0.1 [::1] 192.0.2.1`),
  )('SR-E08: is refused above what strangers can register: %s', (base) => {
    expect(mistake(`https://*.${base}`, true)).toBeTypeOf('string')
    expect(mistake(`https://*.${base.toUpperCase()}`, true)).toBeTypeOf('string')
  })

  it.each(
    words('https://a*.shop.example https://*a.shop.example https://shop.*.example https://*.*.shop.example'),
  )('is the whole first label or nothing: %s', (text) => {
    expect(mistake(text)).toBeTypeOf('string')
  })

  it.each(
    words(
      'https://www.shop.example https://pr-12.shop.example https://a_b.shop.example https://1.shop.example',
    ),
  )('admits one label: %s', (origin) => {
    expect(matchOrigin([pattern('https://*.shop.example')], origin)).toBe(origin)
  })

  it.each([
    ...words(`
      https://shop.example https://a.b.shop.example https://evilshop.example https://.shop.example https://*.shop.example
      https://www.shop.example:8443 https://www.shop.example:443 http://www.shop.example www.shop.example
      https://WWW.shop.example https://www.shop.example. https://www.shop.example.evil.com https://www-shop.example
      https://a@b.shop.example https://evil.com/.shop.example https://evil.com#.shop.example https://a\`.shop.example
      https://a%2f.shop.example https://evil.com?.shop.example https://evil.com\\.shop.example
      https://ä.shop.example https://xn--a.shop.example https://evil.com:.shop.example`),
    ...['https://a b.shop.example', 'https://www.shop.example\r\n', `https://${'a'.repeat(64)}.shop.example`],
    'https://www.shop.example, https://www.shop.example',
  ])('SR-E08: does not admit %j', (origin) => {
    expect(matchOrigin([pattern('https://*.shop.example')], origin)).toBeUndefined()
  })

  it('SR-E08: does not admit a public suffix that lies below its domain', () => {
    const amazon = [pattern('https://*.amazonaws.com')]
    expect(matchOrigin(amazon, 'https://console.amazonaws.com')).toBe('https://console.amazonaws.com')
    expect(matchOrigin(amazon, 'https://s3.amazonaws.com')).toBeUndefined()
  })

  it('admits its own port only', () => {
    const patterns = [pattern('https://*.shop.example:8443')]
    expect(matchOrigin(patterns, 'https://www.shop.example:8443')).toBe('https://www.shop.example:8443')
    for (const end of ['', ':443', ':8444', ':84430', '.evil.com:8443']) {
      expect(matchOrigin(patterns, `https://www.shop.example${end}`)).toBeUndefined()
    }
  })
})

describe('the host that a message names', () => {
  const [wildcard, own] = [pattern('https://*.shop.example'), pattern('https://www.shop.example')]

  it('is the page’s own where the page is listed by itself, wherever in the list (SR-H11)', () => {
    for (const patterns of [
      [wildcard, own],
      [own, wildcard],
    ])
      expect(messageHost(patterns, 'https://www.shop.example')).toBe('www.shop.example')
  })

  it('is the domain below which it lies where it is not (SR-H11)', () => {
    expect(messageHost([own, wildcard], 'https://eu.shop.example')).toBe('shop.example')
  })
})
