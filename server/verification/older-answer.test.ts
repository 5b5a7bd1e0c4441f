import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { digestsUnder } from '../pepper/digests.js'
import { seal, unseal } from '../pepper/seal.js'
import { NUMBER, TestServer } from '../test/harness.js'

const KEY = { 'Idempotency-Key': 'older'.padEnd(36, '0') }

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start()
  const { store, pepper } = server.deps
  const sealKey = digestsUnder(pepper).key('call', KEY['Idempotency-Key'])
  const complete = store.complete.bind(store)
  store.complete = (key, holder, answer, ttl) => {
    const recorded = JSON.parse(unseal(answer, [sealKey])) as { result: { quota?: object } }
    expect(recorded.result.quota).toBeDefined()
    delete recorded.result.quota
    return complete(key, holder, seal(JSON.stringify(recorded), sealKey, randomBytes), ttl)
  }
})
afterEach(() => server.stop())

it('an answer that a server of before recorded, which told nothing beside its body, is given to a retry without its headers', async () => {
  const first = await server.start({}, KEY)
  const retried = await server.start({}, KEY)
  expect([retried.status, retried.body]).toEqual([201, first.body])
  expect(first.headers.get('RateLimit')).toMatch(/^"resend";/)
  expect(retried.headers.get('RateLimit')).toBeNull()
  expect(retried.headers.get('RateLimit-Policy')).toBeNull()

  server.advance(30)
  const { verificationId } = first.body
  const resent = await server.resend(verificationId, {}, KEY)
  const again = await server.resend(verificationId, {}, KEY)
  expect([again.status, again.body]).toEqual([200, resent.body])
  expect(server.sandbox.messages(NUMBER)).toHaveLength(2)
})
