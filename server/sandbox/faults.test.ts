import { describe, expect, it } from 'vitest'
import { post, send, start } from './test/server.js'
import type { FaultInput } from './index.js'

/** A fault on sends, struck by one send over HTTP. */
async function struck(fault: object, init: RequestInit = {}) {
  const sandbox = await start()
  sandbox.arm({ operation: 'send', ...fault } as FaultInput)
  return { sandbox, answer: send(sandbox, init) }
}

/** Waits until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a fault that never answers', () => {
  it.each([
    [false, 0],
    [true, 1],
  ])('hangs before the headers, the message delivered only after: %s', async (after, delivered) => {
    const giveUp = new AbortController()
    const { sandbox, answer } = await struck({ kind: 'hang-headers', after }, { signal: giveUp.signal })
    await until(() => sandbox.requests().length === 1 && sandbox.messages().length === delivered)
    // Everything else is answered meanwhile, which is the proof that this one is not just slow.
    expect((await send(sandbox)).status).toBe(200)
    expect(sandbox.requests()[0]).toMatchObject({ status: null })
    expect(sandbox.messages()).toHaveLength(delivered + 1)
    giveUp.abort()
    await expect(answer).rejects.toThrow('aborted')
  })

  it.each([
    [false, 0],
    [true, 1],
  ])('hangs in the body, the message delivered only after: %s', async (after, delivered) => {
    const { sandbox, answer } = await struck({ kind: 'hang-body', after })
    const { status, body } = await answer
    expect(status).toBe(200)
    const reader = body!.getReader()
    const { value } = await reader.read()
    expect(new TextDecoder().decode(value)).toMatch(/^\{"pinId":"[^}]+$/)
    const rest = reader.read()
    const first = await Promise.race([rest.catch(() => 'broken'), send(sandbox).then(() => 'still hanging')])
    expect(first).toBe('still hanging')
    expect(sandbox.messages()).toHaveLength(delivered + 1)
    await sandbox.stop()
    await expect(rest).rejects.toThrow()
  })

  it('resets the connection', async () => {
    const { sandbox, answer } = await struck({ kind: 'reset', after: true })
    await expect(answer).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect(sandbox.messages()).toHaveLength(1)
  })
})

describe('a fault that delays', () => {
  it.each([true, false])('behaves in the end, with after: %s', async (after) => {
    const { sandbox, answer } = await struck({ kind: 'delay', ms: 20, after })
    expect(await (await answer).json()).toMatchObject({ smsStatus: 'MESSAGE_SENT' })
    expect(sandbox.messages()).toHaveLength(1)
  })
})

describe('a fault that answers nonsense', () => {
  it.each([
    [{ status: 503 }, { requestError: { serviceException: { messageId: 'SERVICE_UNAVAILABLE' } } }],
    [{ status: 500 }, { requestError: { serviceException: { messageId: 'GENERAL_ERROR' } } }],
    [
      { status: 429, envelope: 'newer' },
      { errorCode: 'E429', description: 'Too many requests sent.' },
    ],
    [{ status: 404, envelope: 'newer' }, { errorCode: 'E404' }],
  ])('answers %j', async (members, body) => {
    const { answer } = await struck({ kind: 'status', retryAfter: 7, ...members })
    const { status, headers, text } = await read(answer)
    expect(status).toBe(members.status)
    expect(headers.get('retry-after')).toBe('7')
    expect(JSON.parse(text)).toMatchObject(body)
  })

  it('sends no Retry-After unless asked', async () => {
    const { answer } = await struck({ kind: 'status', status: 429 })
    expect((await answer).headers.has('retry-after')).toBe(false)
  })

  it('answers 403 with the messageId of a 401', async () => {
    const { status, text } = await read((await struck({ kind: 'forbidden' })).answer)
    expect(status).toBe(403)
    expect(JSON.parse(text).requestError.serviceException).toEqual({
      messageId: 'UNAUTHORIZED',
      text: 'No permission to access resource',
    })
  })

  it("answers a gateway's HTML", async () => {
    const { status, headers, text } = await read((await struck({ kind: 'html' })).answer)
    expect([status, headers.get('content-type')]).toEqual([502, 'text/html'])
    expect(text).toContain('<h1>502 Bad Gateway</h1>')
  })

  it('answers an error in XML', async () => {
    const { status, headers, text } = await read((await struck({ kind: 'xml' })).answer)
    expect([status, headers.get('content-type')]).toEqual([500, 'application/xml'])
    expect(text).toContain('<messageId>GENERAL_ERROR</messageId>')
  })

  it('answers 200 with nothing', async () => {
    const { status, text } = await read((await struck({ kind: 'empty' })).answer)
    expect([status, text]).toEqual([200, ''])
  })

  it.each([true, false])('answers half of the JSON, with after: %s', async (after) => {
    const { sandbox, answer } = await struck({ kind: 'truncated', after })
    const { status, text } = await read(answer)
    expect(status).toBe(200)
    expect(text).toMatch(/^\{"pinId"/)
    expect(() => JSON.parse(text)).toThrow()
    expect(sandbox.messages()).toHaveLength(after ? 1 : 0)
  })

  it.each([302, 307] as const)('redirects with %i', async (status) => {
    const location = 'http://127.0.0.1:9/elsewhere'
    const { answer } = await struck({ kind: 'redirect', status, location }, { redirect: 'manual' })
    const got = await answer
    expect([got.status, got.headers.get('location')]).toEqual([status, location])
  })

  it('answers as many bytes as asked', async () => {
    const { status, text } = await read((await struck({ kind: 'oversized', bytes: 200_000 })).answer)
    expect([status, text.length]).toEqual([200, 200_000])
  })

  it('answers any status, headers and body', async () => {
    const { answer } = await struck({
      kind: 'respond',
      status: 418,
      headers: { 'x-tea': 'pot' },
      body: 'short',
    })
    const { status, headers, text } = await read(answer)
    expect([status, headers.get('x-tea'), headers.get('content-type'), text]).toEqual([
      418,
      'pot',
      null,
      'short',
    ])
  })
})

describe('a fault in what the service says', () => {
  it('answers MESSAGE_NOT_SENT with 200 and a pinId, and delivers nothing', async () => {
    const { sandbox, answer } = await struck({ kind: 'not-sent' })
    expect(await (await answer).json()).toEqual({
      pinId: expect.any(String),
      to: '41793026727',
      ncStatus: 'NC_DESTINATION_NOT_REACHABLE',
      smsStatus: 'MESSAGE_NOT_SENT',
    })
    expect(sandbox.messages()).toEqual([])
  })

  it('names a foreign number in the answer to the right PIN', async () => {
    const sandbox = await start()
    sandbox.arm({ kind: 'foreign-msisdn', operation: 'verify', msisdn: '12025550199' })
    await send(sandbox)
    const { pinId, pin } = sandbox.messages()[0]!
    const answer = await post(sandbox, `/2fa/2/pin/${pinId}/verify`, { pin })
    expect(await answer.json()).toMatchObject({ msisdn: '12025550199', verified: true })
  })
})

describe('arming', () => {
  it('strikes once unless told otherwise', async () => {
    const { sandbox, answer } = await struck({ kind: 'empty' })
    expect((await read(answer)).text).toBe('')
    expect((await read(send(sandbox))).text).not.toBe('')
  })

  it.each([0, 'always'] as const)('strikes until disarmed with times: %j', async (times) => {
    const { sandbox, answer } = await struck({ kind: 'empty', times })
    expect((await read(answer)).text).toBe('')
    expect((await read(send(sandbox))).text).toBe('')
    sandbox.disarm()
    expect((await read(send(sandbox))).text).not.toBe('')
  })

  it('strikes as many times as told, then lets the next fault strike', async () => {
    const { sandbox } = await struck({ kind: 'status', status: 500, times: 2 })
    sandbox.arm({ kind: 'status', status: 502, operation: 'any' })
    const statuses = [
      (await send(sandbox)).status,
      (await send(sandbox)).status,
      (await send(sandbox)).status,
    ]
    expect(statuses).toEqual([500, 502, 200])
  })

  it('strikes the operation it names, or any', async () => {
    const sandbox = await start()
    sandbox.arm({ kind: 'status', status: 500, operation: 'verify' })
    expect((await send(sandbox)).status).toBe(200)
    const { pinId } = sandbox.messages()[0]!
    expect((await post(sandbox, `/2fa/2/pin/${pinId}/verify`, { pin: '1' })).status).toBe(500)
    sandbox.arm({ kind: 'status', status: 500, operation: 'any' })
    expect((await post(sandbox, `/2fa/2/pin/${pinId}/resend`, {})).status).toBe(500)
  })

  it('strikes requests about one number only, a resend and a verify too', async () => {
    const sandbox = await start()
    sandbox.arm({ kind: 'status', status: 500, operation: 'any', to: '+41 79 302 67 28', times: 'always' })
    expect((await send(sandbox, {}, '41793026727')).status).toBe(200)
    expect((await send(sandbox, {}, '41793026728')).status).toBe(500)
    sandbox.disarm()
    await send(sandbox, {}, '41793026728')
    sandbox.arm({ kind: 'status', status: 500, operation: 'any', to: '41793026728', times: 'always' })
    const [known, struckOne] = sandbox.messages().map(({ pinId }) => `/2fa/2/pin/${pinId}/verify`)
    expect((await post(sandbox, known!, { pin: '1' })).status).toBe(200)
    expect((await post(sandbox, struckOne!, { pin: '1' })).status).toBe(500)
  })

  it('carries nothing out before the fault, and everything with after', async () => {
    const sandbox = await start()
    await send(sandbox)
    const { pinId, pin } = sandbox.messages()[0]!
    const verify = () => post(sandbox, `/2fa/2/pin/${pinId}/verify`, { pin })
    sandbox.arm({ kind: 'status', status: 500, operation: 'verify' })
    await verify()
    sandbox.arm({ kind: 'status', status: 500, operation: 'verify', after: true })
    await verify()
    // The one verification that was carried out makes this the second.
    expect(await (await verify()).json()).toMatchObject({ verified: false })
  })
})

async function read(answer: Promise<Response>) {
  const got = await answer
  return { status: got.status, headers: got.headers, text: await got.text() }
}
