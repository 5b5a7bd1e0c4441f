import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyAnswer, type VerificationApproved } from '../../contract/index.js'
import { createApp } from '../app.js'
import { digestsOf, digestsUnder, underEach } from '../pepper/digests.js'
import { StoreError } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'

const SECRET = `otps_${'s'.repeat(43)}`
const [OLD, NEW] = [randomBytes(32), randomBytes(32)]
const key = () => ({ 'Idempotency-Key': 'k'.repeat(36) })

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })], deps: { pepper: OLD } })
})
afterEach(() => server.stop())

/** Restarts the server with other peppers, the one to write under first. */
function pepper(first: Buffer, other?: Buffer): void {
  server.app = createApp({ ...server.deps, pepper: first, otherPepper: other })
}

function token(verificationId: string) {
  return server.post<VerificationApproved>(PATHS.token, { verificationId })
}

function redeem(response: string) {
  return server.post<SiteverifyAnswer>(PATHS.siteverify, { secret: SECRET, response })
}

describe('a change of the pepper (SR-G03)', () => {
  it.each([
    ['the first of two', () => pepper(NEW, OLD)],
    ['the second of two', () => pepper(OLD, NEW)],
  ])('lets a verification that is under way be checked, once the new one is %s', async (_, change) => {
    const { verificationId } = (await server.start()).body
    change()
    expect((await server.check(verificationId, server.wrongCode())).body.code).toBe('code_incorrect')
    server.advance(1)
    expect((await server.check(verificationId, server.code())).status).toBe(200)
    expect(server.events.filter(({ event }) => event === 'mismatch')).toEqual([])
  })

  it('ends what was begun under a pepper that is not there any more', async () => {
    const { verificationId } = (await server.start()).body
    pepper(NEW)
    expect((await server.check(verificationId, server.code())).status).not.toBe(200)
  })

  it('opens proofs that were sealed before, and names them as before: one of their tokens is redeemed, once', async () => {
    const { verificationId } = (await server.start()).body
    const first = (await server.check(verificationId, server.code())).body.token
    pepper(NEW, OLD)
    const second = (await token(verificationId)).body.token
    expect((await redeem(second)).body).toMatchObject({ success: true })
    expect((await redeem(first)).body).toMatchObject({ success: false })
    expect((await token(verificationId)).body.code).toBe('already_verified')
    pepper(OLD, NEW)
    expect((await token(verificationId)).body.code).toBe('already_verified')
  })

  it.each([
    ['forth', OLD, NEW],
    ['back', NEW, OLD],
  ])('lets one verification of a number live, %s as well', async (_, before, after) => {
    pepper(before, after)
    const older = (await server.start()).body.verificationId
    pepper(after, before)
    const newer = (await server.start()).body.verificationId
    expect((await server.status(older)).status).toBe(404)
    expect((await server.status(newer)).body.state).toBe('sent')
  })

  it('finds answers to calls made before, and sends no second message for them', async () => {
    const first = await server.start({}, key())
    pepper(NEW, OLD)
    expect((await server.start({}, key())).body).toEqual(first.body)
    pepper(OLD, NEW)
    expect((await server.start({}, key())).body).toEqual(first.body)
    expect((await server.start({ phoneNumber: '+12025550199' }, key())).body.code).toBe('invalid_request')
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('makes one message of two calls under one key, of which each reaches a server in another order of peppers', async () => {
    const servers = [
      createApp({ ...server.deps, pepper: OLD, otherPepper: NEW }),
      createApp({ ...server.deps, pepper: NEW, otherPepper: OLD }),
    ]
    const answers = await Promise.all(
      servers.map((app) => {
        server.app = app
        return server.start({}, key())
      }),
    )
    expect(answers[0]!.body).toEqual(answers[1]!.body)
    expect(server.sandbox.messages()).toHaveLength(1)
  })

  it('gives back the first of two keys of a call when the store goes away before the second', async () => {
    pepper(NEW, OLD)
    const { store } = server.deps
    const { begin } = store
    let begun = 0
    store.begin = (...args) => (++begun === 2 ? Promise.reject(new StoreError('away')) : begin(...args))
    expect((await server.start({}, key())).body.code).toBe('service_unavailable')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await server.start({}, key())).status).toBe(201)
  })

  it('is over once everything is under the new one, which then stands alone', async () => {
    pepper(NEW, OLD)
    const { verificationId } = (await server.start()).body
    expect((await server.check(verificationId, server.code(), key())).status).toBe(200)
    pepper(NEW)
    expect((await token(verificationId)).status).toBe(200)
  })
})

describe('digests', () => {
  const NUMBER = '+12025550123'

  it('of one number for two uses, or under two peppers, cannot be joined (SR-G02)', () => {
    const digests = digestsUnder(NEW, OLD)
    const all = underEach(digests).flatMap((one) => {
      const number = one.digest('number', NUMBER)
      const slot = one.digest('slot', NUMBER)
      return [number, slot, one.digest('call', NUMBER), one.ref(NUMBER), one.subject(number)]
    })
    const starts = all.map((text) => text.slice(0, 12))
    expect(new Set(starts).size).toBe(10)
  })

  it('keep the parts of what they stand for apart (SR-G02)', () => {
    const { digest } = digestsUnder(NEW)
    expect(digest('slot', 'shop', '', NUMBER)).not.toBe(digest('slot', '', 'shop', NUMBER))
    expect(digest('slot', 'a', 'bc')).not.toBe(digest('slot', 'ab', 'c'))
  })

  it('are known for the pepper that made them', () => {
    const digests = digestsUnder(NEW, OLD)
    const old = digestsUnder(OLD).digest('number', NUMBER)
    expect(digestsOf(old, NUMBER, digests)).toBe(digests.other)
    expect(digestsOf(digests.digest('number', NUMBER), NUMBER, digests)).toBe(digests)
    expect(digestsOf(old, '+12025550199', digests)).toBeUndefined()
  })
})
