import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PATHS, type VerificationApproved } from '../../contract/index.js'
import { createApp } from '../app.js'
import { PageKey, type ProvenCall } from '../guard/test/page-key.js'
import { handleDigest, newHandle } from '../pepper/digests.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'

const OTHER_NUMBER = '+12025550199'

let server: TestServer
let page: PageKey
let thief: PageKey
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ senderConstraint: true })] })
  page = await PageKey.make(() => server.time)
  thief = await PageKey.make(() => server.time)
})
afterEach(() => server.stop())

async function started(body: Record<string, unknown> = {}, key = page): Promise<string> {
  const { status, body: answer } = await server.start(body, await key.header('start'))
  expect(status).toBe(201)
  return answer.verificationId
}

async function checked(handle: string, code = server.code(), headers: Record<string, string> = {}) {
  return server.check(handle, code, { ...headers, ...(await page.header('check')) })
}

async function state(handle: string) {
  const { status, body } = await server.status(handle, await page.header('status'))
  return status === 200 ? body : undefined
}

/** Makes the same server once more, its site now with or without the constraint. */
function reconfigure(senderConstraint: boolean, shadow = true): void {
  const sites = new Map([['shop', testSite({ senderConstraint, shadow })]])
  server.app = createApp({ ...server.deps, sites })
}

/** All that can be seen of an answer, but for the name that each has. */
async function seen(call: ProvenCall, handle: string, headers: Record<string, string>): Promise<unknown> {
  const code = call === 'check' && { code: server.code() }
  const answer = await server.post<object>(PATHS[call], { verificationId: handle, ...code }, headers)
  const rest = [...answer.headers].filter(([name]) => name !== 'x-request-id')
  const body = JSON.stringify({ ...answer.body, requestId: '' })
  return { status: answer.status, headers: rest, body }
}

/** A handle of which the call has something to say. */
async function ready(call: ProvenCall): Promise<string> {
  const handle = await started()
  if (call === 'token') await checked(handle)
  server.advance(30)
  return handle
}

/** What calls change: the verification, and what Infobip was asked. */
async function spent(handle: string): Promise<unknown> {
  return { ...(await state(handle)), asked: server.sandbox.requests().length }
}

const UNKNOWN = newHandle('slot', () => Buffer.alloc(32, 7))
const CALLS = ['resend', 'check', 'status', 'token'] as const

describe('a handle at a site with a sender constraint', () => {
  it('leads the page that has the key to a token, in which there is nothing of the key (SR-A17, SR-A18)', async () => {
    const handle = await started()
    expect((await state(handle))?.state).toBe('sent')
    server.advance(30)
    const resent = await server.resend(handle, {}, await page.header('resend'))
    expect(resent.status).toBe(200)
    const { status, body } = await checked(handle)
    expect(status).toBe(200)
    const path = PATHS.token
    const fresh = await server.post<VerificationApproved>(
      path,
      { verificationId: handle },
      await page.header('token'),
    )
    for (const token of [body.token, fresh.body.token]) {
      const members = 'amr aud auth_time channel country exp iat iss jti nbf origin phone_number'
      expect(Object.keys(decodeJwt(token)).sort().join(' ')).toBe(`${members} phone_number_verified sub`)
    }
  })

  it.each(CALLS)(
    'is unknown to %s without the key, byte for byte, and nothing is spent (SR-A17, SR-C02)',
    async (call) => {
      const handle = await ready(call)
      const unknown = await seen(call, UNKNOWN, {})
      expect(unknown).toMatchObject({ status: 404 })
      const before = await spent(handle)
      for (const headers of [
        {},
        { DPoP: 'proof' },
        await thief.header(call),
        await page.header(call === 'status' ? 'check' : 'status'),
        await page.header(call, { claims: { iat: server.time / 1000 - 301 } }),
      ]) {
        expect(await seen(call, handle, headers)).toEqual(unknown)
      }
      expect(await spent(handle)).toEqual(before)
    },
  )

  it.each(CALLS)(
    'is unknown to %s with a proof that has served before, and nothing is spent (SR-A17)',
    async (call) => {
      const handle = await ready(call)
      const headers = await page.header(call)
      expect(await seen(call, handle, headers)).toMatchObject({ status: 200 })
      const before = await spent(handle)
      server.advance(60)
      expect(await seen(call, handle, headers)).toEqual(await seen(call, UNKNOWN, {}))
      expect(await spent(handle)).toEqual(before)
    },
  )

  it('gives a thief no answer that was kept for a retry, its page the same one (SR-A17, SR-C10)', async () => {
    const handle = await started()
    const key = { 'Idempotency-Key': randomUUID() }
    const code = server.code()
    const { token } = (await checked(handle, code, key)).body
    for (const headers of [key, { ...key, ...(await thief.header('check')) }]) {
      expect(await server.check(handle, code, headers)).toMatchObject({
        status: 404,
        body: { code: 'verification_not_found' },
      })
    }
    expect((await checked(handle, code, key)).body.token).toBe(token)

    // Nor once the verification is forgotten, while the answer is not.
    const { store } = server.deps
    const { phoneDigest } = (await store.get(handleDigest(handle)))!
    expect(await store.eraseNumber([phoneDigest])).toEqual({ verifications: 1, skipped: 0 })
    expect((await server.check(handle, code, key)).body.token).toBeUndefined()
  })

  it('is not told to another page that repeats the start (SR-A17)', async () => {
    const key = { 'Idempotency-Key': randomUUID() }
    const first = await server.start({}, { ...key, ...(await page.header('start')) })
    const stolen = await server.start({}, { ...key, ...(await thief.header('start')) })
    expect(stolen.body).toMatchObject({ code: 'invalid_request' })
    const again = await server.start({}, { ...key, ...(await page.header('start')) })
    expect(again.body.verificationId).toBe(first.body.verificationId)
    expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
  })

  it.each(['one after the other', 'at once'])(
    'is told to the page’s own retries %s, each with a proof that is good for nothing else then (SR-A17)',
    async (when) => {
      const key = { 'Idempotency-Key': randomUUID() }
      const proofs = await Promise.all([1, 2, 3].map(() => page.header('start')))
      const calls = proofs.map((proof) => () => server.start({}, { ...key, ...proof }))
      const answers = when === 'at once' ? await Promise.all(calls.map((call) => call())) : []
      if (when !== 'at once') for (const call of calls) answers.push(await call())
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
      expect(new Set(answers.map(({ body }) => body.verificationId)).size).toBe(1)
      for (const proof of proofs) {
        for (const recorded of [key, { 'Idempotency-Key': randomUUID() }]) {
          const again = await server.start({ phoneNumber: OTHER_NUMBER }, { ...recorded, ...proof })
          expect(again.body).toMatchObject({ code: 'invalid_request' })
          expect((await server.start({}, { ...recorded, ...proof })).body.verificationId).toBeUndefined()
        }
      }
      expect(server.sandbox.messages(NUMBER)).toHaveLength(1)
      expect(server.sandbox.messages(OTHER_NUMBER)).toHaveLength(0)
    },
  )

  it('has each proof used up by retries of a start that came to nothing, too (SR-A17)', async () => {
    await server.stop()
    server = await TestServer.start({ sites: [testSite({ senderConstraint: true })], patience: 500 })
    server.sandbox.arm({ kind: 'hang-headers', operation: 'send', after: true })
    const key = { 'Idempotency-Key': randomUUID() }
    const [first, second] = [await page.header('start'), await page.header('start')]
    for (const proof of [first, second]) {
      expect((await server.start({}, { ...key, ...proof })).body.code).toBe('provider_unavailable')
    }
    expect((await server.start({ phoneNumber: OTHER_NUMBER }, second)).body.code).toBe('invalid_request')
  })

  it('is not begun with a proof that has begun another, and nothing is charged for that (SR-A17)', async () => {
    reconfigure(true, false)
    const proof = await page.header('start')
    expect((await server.start({}, proof)).status).toBe(201)
    const charged = vi.spyOn(server.deps.store, 'consume')
    expect((await server.start({}, proof)).body).toMatchObject({ code: 'invalid_request', member: 'DPoP' })
    expect(charged).not.toHaveBeenCalled()
  })

  it('is told to its page though somebody sends a recorded proof before it (SR-A17)', async () => {
    const key = { 'Idempotency-Key': randomUUID() }
    const recorded = { ...key, ...(await page.header('start')) }
    const { verificationId } = (await server.start({}, recorded)).body
    const own = { ...key, ...(await page.header('start')) }
    const thiefs = { ...key, ...(await thief.header('start')) }
    const [, , told] = await Promise.all([recorded, thiefs, own].map((headers) => server.start({}, headers)))
    expect(told!.body.verificationId).toBe(verificationId)
  })

  it('is ended by a start of its own page, and by no other’s (SR-A17, SR-C07)', async () => {
    const handle = await started()
    await started({ phoneNumber: OTHER_NUMBER, supersedes: handle }, thief)
    expect((await state(handle))?.state).toBe('sent')
    await started({ phoneNumber: OTHER_NUMBER, supersedes: handle })
    expect(await state(handle)).toBeUndefined()
  })

  it('asks for proofs as it did at its start, whatever the site says by now (SR-A17)', async () => {
    const handle = await started()
    reconfigure(false)
    expect((await server.status(handle)).status).toBe(404)
    await server.start({ phoneNumber: OTHER_NUMBER, supersedes: handle })
    expect((await state(handle))?.state).toBe('sent')

    const free = (await server.start()).body.verificationId
    reconfigure(true)
    expect((await server.status(free)).status).toBe(200)
    await started({ phoneNumber: OTHER_NUMBER, supersedes: free })
    expect((await server.status(free)).status).toBe(404)
  })
})

it('ignores proofs, good and bad, at a site that asks for none (SR-A17)', async () => {
  reconfigure(false)
  const { status, body } = await server.start({}, { DPoP: 'proof' })
  expect(status).toBe(201)
  expect((await server.status(body.verificationId, await page.header('status'))).status).toBe(200)
  expect((await server.status(body.verificationId, await thief.header('check'))).status).toBe(200)
  expect((await server.check(body.verificationId, server.code(), { DPoP: 'x'.repeat(2000) })).status).toBe(
    200,
  )
})
