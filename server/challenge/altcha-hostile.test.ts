import { createChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AltchaChallenge, AltchaSolution } from '../../contract/index.js'
import { TestServer, testSite } from '../test/harness.js'
import { answerOf, solved } from './test/solve.js'
import { solution } from './test/visitors.js'

let server: TestServer
let good: AltchaSolution
beforeAll(async () => {
  server = await TestServer.start({ sites: [testSite({ challenge: { kind: 'altcha' } })] })
  good = JSON.parse(Buffer.from(await solution(server), 'base64').toString()) as AltchaSolution
})
afterAll(() => server.stop())

async function refused(challenge: string): Promise<void> {
  const { status, body } = await server.start({ challenge })
  expect({ status, code: body.code }, challenge.slice(0, 200)).toEqual({
    status: 403,
    code: 'challenge_failed',
  })
}

/** The good answer, with parameters of its challenge changed. */
function spliced(parameters: Record<string, unknown>): AltchaSolution {
  const { challenge, solution: found } = good
  return {
    challenge: { ...challenge, parameters: { ...challenge.parameters, ...parameters } },
    solution: found,
  }
}

describe('an answer to the challenge is refused', () => {
  it('when anything in the challenge is not as it was set (SR-K14)', async () => {
    const { parameters } = good.challenge
    const data = parameters['data'] as Record<string, unknown>
    const changes: Record<string, unknown>[] = [
      { data: { ...data, until: Number(data['until']) + 3_600_000 } },
      { data: { ...data, until: 1e300 } },
      { data: { ...data, for: 'A'.repeat(43) } },
      { data: { ...data, more: 1 } },
      { expiresAt: 4_000_000_000 },
      { cost: 1 },
      { keyLength: 16 },
      { keyPrefix: '00' },
      { keyPrefix: '0'.repeat(32) },
      { nonce: '0'.repeat(32) },
      { salt: '0'.repeat(32) },
      { keySignature: '0'.repeat(64) },
      { algorithm: 'SHA-256' },
    ]
    for (const change of changes) await refused(answerOf(spliced(change)))
    const { solution: found, challenge } = good
    await refused(answerOf({ challenge: { ...challenge, signature: '0'.repeat(64) }, solution: found }))
    expect(server.sandbox.messages()).toEqual([])
  })

  it('when the work was not done (SR-K14)', async () => {
    const { challenge } = good
    const { keyPrefix, keySignature } = challenge.parameters
    for (const derivedKey of ['0'.repeat(64), keyPrefix.padEnd(64, '0'), keySignature]) {
      await refused(answerOf({ challenge, solution: { counter: 1, derivedKey } }))
    }
  })

  it('when its challenge was set by somebody else (SR-K14)', async () => {
    const data = good.challenge.parameters['data'] as Record<string, string>
    for (const secret of ['guessed', '\0']) {
      const forged = await createChallenge({
        ...{ algorithm: 'PBKDF2/SHA-256', cost: 1, counter: 1, deriveKey, data },
        ...{ hmacSignatureSecret: secret, hmacKeySignatureSecret: secret },
      })
      await refused(answerOf(await solved(forged as AltchaChallenge)))
    }
  })

  it('when it is none, in whatever way, and it is never a failure of the server (SR-K14)', async () => {
    const { challenge, solution: found } = good
    const text = JSON.stringify(good)
    const texts = [
      ...['', '{}', '[]', 'null', '1', '"', text.slice(0, -1), `${text}${text}`, `[${text}]`],
      text.replace('{', '{"challenge":{},'),
      text.replace('{', '{"__proto__":{},'),
      '['.repeat(700),
      '{"a":'.repeat(200),
    ]
    const answers: unknown[] = [
      { challenge },
      { solution: found },
      { challenge: null, solution: found },
      { challenge: { ...challenge, signature: null }, solution: found },
      { challenge: { ...challenge, more: 1 }, solution: found },
      { challenge: { ...challenge, parameters: null }, solution: found },
      { challenge, solution: null },
      ...[null, '', 'x'.repeat(64), 'A'.repeat(64), [], {}].map((derivedKey) => ({
        ...{ challenge, solution: { counter: 1, derivedKey } },
      })),
      ...[-1, 1.5, null, '1', 1e300].map((counter) => ({ challenge, solution: { ...found, counter } })),
    ]
    const raw = ['', ' ', '=', '====', 'é', 'a.b', '\n', answerOf(good).replace('e', '-'), 'A'.repeat(3000)]
    for (const one of raw) await refused(one)
    for (const one of texts) await refused(Buffer.from(one).toString('base64'))
    for (const one of answers) await refused(answerOf(one))
    // The real one has not been harmed by all that.
    expect((await server.start({ challenge: answerOf(good) })).status).toBe(201)
  })

  it('whatever JSON it is (SR-K14)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (text) => {
        if (text.length <= 1500) await refused(Buffer.from(text).toString('base64'))
      }),
      { numRuns: 300 },
    )
    expect(server.events.some(({ event }) => event === 'failure')).toBe(false)
  })
})
