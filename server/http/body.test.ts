import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { NUMBER, ORIGIN, startTwoSites, type TestServer } from '../test/harness.js'

let server: TestServer
beforeEach(async () => {
  server = await startTwoSites()
})
afterEach(() => server.stop())

const POSTS = [PATHS.start, PATHS.resend, PATHS.check, PATHS.status, PATHS.challenges]

describe('bodies', () => {
  it.each(POSTS)('%s takes application/json only (SR-E06)', async (path) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      'text/json',
      '',
    ]) {
      const { status, body } = await server.post(
        path,
        { sitekey: 'shop', phoneNumber: NUMBER },
        { 'Content-Type': type },
      )
      expect({ status, code: body.code }, type).toEqual({ status: 415, code: 'unsupported_media_type' })
    }
    expect(server.sandbox.requests()).toHaveLength(0)
  })

  it.each(POSTS)(
    '%s takes no coding, and says so where that is to blame (RFC 9110, 15.5.16)',
    async (path) => {
      const body = { sitekey: 'shop', phoneNumber: NUMBER }
      for (const coding of ['gzip', 'br', 'identity, gzip', 'Deflate']) {
        const { status, headers } = await server.post(path, body, { 'Content-Encoding': coding })
        expect([status, headers.get('Accept-Encoding')], coding).toEqual([415, 'identity'])
      }
      const typed = await server.post(path, body, { 'Content-Type': 'text/plain' })
      expect([typed.status, typed.headers.get('Accept-Encoding')]).toEqual([415, null])
    },
  )

  it('may say that they come in no coding', async () => {
    expect((await server.start({}, { 'Content-Encoding': 'identity' })).status).toBe(201)
  })

  it('may name a charset', async () => {
    expect((await server.start({}, { 'Content-Type': 'application/json; charset=utf-8' })).status).toBe(201)
  })

  it.each(POSTS)('%s takes 4096 bytes at most, declared or not (SR-D23)', async (path) => {
    const big = JSON.stringify({ sitekey: 'x'.repeat(5000) })
    for (const length of [undefined, String(big.length), '99999999999', '10', '-1', 'many']) {
      const declared = length === undefined ? {} : { 'Content-Length': length }
      expect((await server.post(path, big, declared)).status, length).toBe(413)
    }
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(big))
        controller.close()
      },
    })
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
    const init = { method: 'POST', headers, body: chunks, duplex: 'half' } as RequestInit
    expect((await server.app.request(path, init)).status).toBe(413)
  })

  it('of exactly 4096 bytes are taken, declared or not (SR-D23)', async () => {
    const body = JSON.stringify({ sitekey: 'shop', phoneNumber: NUMBER }).padEnd(4096)
    for (const declared of [{}, { 'Content-Length': '4096' }])
      expect((await server.post(PATHS.start, body, declared)).status).toBe(201)
  })

  it('are counted in bytes, not in characters (SR-D23)', async () => {
    const wide = JSON.stringify({ sitekey: 'shop', phoneNumber: 'é'.repeat(3000) })
    for (const declared of [{}, { 'Content-Length': '10' }])
      expect((await server.post(PATHS.start, wide, declared)).status).toBe(413)
  })

  it('whose length is too much are refused before a byte of them is read (SR-D23)', async () => {
    let isRead = false
    const pull = () => void (isRead = true)
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    const headers = { 'Content-Type': 'application/json', Origin: ORIGIN, 'Content-Length': '4097' }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    expect((await server.app.request(PATHS.start, init)).status).toBe(413)
    expect(isRead).toBe(false)
  })

  it('that are not one plain JSON object of known members are invalid (SR-F02, SR-F09)', async () => {
    const bodies = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '1',
      '{}',
      '{"sitekey":"shop"}',
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","phoneNumber":"${NUMBER}"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}",}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","__proto__":{"polluted":1}}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","constructor":{}}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","extra":1}`,
      `{"sitekey":"shop","phoneNumber":["${NUMBER}"]}`,
      `{"sitekey":"shop","phoneNumber":{"$gt":""}}`,
      `{"sitekey":"shop","phoneNumber":12025550123}`,
      `{"sitekey":["shop"],"phoneNumber":"${NUMBER}"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","channel":"email"}`,
      `{"sitekey":"shop","phoneNumber":"${NUMBER}","channel":null}`,
    ]
    for (const body of bodies) {
      const answer = await server.post(PATHS.start, body)
      expect({ status: answer.status, code: answer.body.code }, body).toEqual({
        status: 422,
        code: 'invalid_request',
      })
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(server.sandbox.requests()).toHaveLength(0)
  })

  it('have members of fixed shape and length (SR-F10)', async () => {
    const fits: [string, string][] = [
      ['nonce', 'n'.repeat(16)],
      ['nonce', 'n'.repeat(128)],
      ['action', 'a'],
      ['action', 'a'.repeat(32)],
      ['cdata', 'c'.repeat(255)],
      ['language', 'en'],
      ['language', 'zh-Hant-TW'],
    ]
    for (const [name, value] of fits)
      expect((await server.start({ [name]: value })).status, `${name} ${value}`).toBe(201)
    const misfits: [string, string][] = [
      ['nonce', 'n'.repeat(15)],
      ['nonce', 'n'.repeat(129)],
      ['nonce', 'not base64url!!!'],
      ['action', ''],
      ['action', 'a'.repeat(33)],
      ['action', 'a b'],
      ['cdata', 'c'.repeat(256)],
      ['cdata', '<b>'],
      ['language', 'e'],
      ['language', 'en_US'],
      ['language', '../../etc'],
      ['sitekey', 'sh op'],
      ['sitekey', ''],
      ['ticket', 't'.repeat(2049)],
    ]
    for (const [name, value] of misfits) {
      expect((await server.start({ [name]: value })).body.code, `${name} ${value}`).toBe('invalid_request')
    }
  })

  it('are answered with the name of the first member that does not fit, and nothing else of it', async () => {
    const whole = { sitekey: 'shop', phoneNumber: NUMBER }
    const cases: [object, string | undefined][] = [
      [{ ...whole, action: 'a b' }, 'action'],
      [{ ...whole, cdata: '<b>' }, 'cdata'],
      [{ ...whole, nonce: 'short' }, 'nonce'],
      [{ ...whole, channel: 'email', language: '?' }, 'channel'],
      [{ sitekey: 'shop', phone: NUMBER }, 'phoneNumber'],
      [{ ...whole, phone: NUMBER }, 'phone'],
      [{ ...whole, [NUMBER]: 1, '493817': 1, pin493817: 1 }, undefined],
      [{ ...whole, ['h'.repeat(46)]: 1 }, undefined],
      [[], undefined],
    ]
    for (const [body, member] of cases) {
      const { body: told } = await server.post(PATHS.start, body)
      expect(told, JSON.stringify(body)).toMatchObject({ code: 'invalid_request' })
      expect(told.member, JSON.stringify(body)).toBe(member)
      expect(server.events.at(-1), JSON.stringify(body)).toMatchObject({ event: 'refused', code: told.code })
      expect((server.events.at(-1) as { member?: string }).member, JSON.stringify(body)).toBe(member)
    }
  })

  it('with a number that cannot receive a code are told why, before anything is sent', async () => {
    for (const [phoneNumber, code] of [
      ['+1202555', 'invalid_phone_number'],
      ['12025550123', 'invalid_phone_number'],
      [`+1${'0'.repeat(60)}`, 'invalid_phone_number'],
      ['+33612345678', 'country_not_allowed'],
      ['+870773111632', 'country_not_allowed'],
      ['+18005550123', 'phone_type_not_allowed'],
    ] as const) {
      const answer = await server.start({ phoneNumber })
      expect({ status: answer.status, code: answer.body.code }, phoneNumber).toEqual({ status: 422, code })
    }
    expect(server.sandbox.requests()).toHaveLength(0)
  })
})
