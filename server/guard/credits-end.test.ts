import { afterEach, expect, it } from 'vitest'
import { POLICY, type Policy } from '../site/policy.js'
import { TestServer, testSite } from '../test/harness.js'
import { solvedChallenge } from './test/solved-challenge.js'

const DAY = 24 * 3600

let server: TestServer
let caller = 0
afterEach(() => server.stop())

async function startWith(policy: Policy = POLICY): Promise<void> {
  server = await TestServer.start({
    sites: [testSite({ shadow: false, dailyBudget: 1_000_000, policy })],
    deps: { trustedProxies: 1, challenge: solvedChallenge },
  })
}

const somewhere = () => ({ 'X-Forwarded-For': `2001:db8:${(++caller).toString(16)}::1` })

/** A start from a neighbourhood where nobody has ever been. @returns how it is refused, or 201 */
async function asked(phoneNumber: string, body: object = {}): Promise<unknown> {
  const answer = await server.start({ phoneNumber, ...body }, somewhere())
  return answer.body.code ?? answer.status
}

async function prove(phoneNumber: string): Promise<void> {
  const { body } = await server.start({ phoneNumber }, somewhere())
  const { status } = await server.check(body.verificationId, server.code(phoneNumber), somewhere())
  expect(status).toBe(200)
}

const inRange = (n: number) => `+1202555${String(n).padStart(4, '0')}`
/** A number in the nth range of one operator. */
const inOperator = (n: number) => `+1202${200 + n}0123`

it('a known number needs credit again after three messages without a code, however often it was proven before (SR-K02)', async () => {
  await startWith()
  for (let n = 0; n < 10; n++) {
    await prove(inRange(1))
    server.advance(DAY / 4)
  }
  server.advance(DAY)
  for (let n = 0; n < 20; n++) await asked(inRange(100 + n))
  const answers: unknown[] = []
  for (let n = 0; n < 4; n++) {
    answers.push(await asked(inRange(1)))
    server.advance(700)
  }
  expect(answers).toEqual([201, 201, 201, 'cannot_send'])
})

it('an operator’s credit asks for no challenge once a solved one is worth no message any more (SR-K03)', async () => {
  const operator = { ...POLICY.credits.operator, initial: 1, overdraft: 5 }
  await startWith({ ...POLICY, credits: { ...POLICY.credits, operator } })
  const solved = { challenge: 'solved' }
  for (let n = 0; n < 5; n++) expect(await asked(inOperator(n), solved)).toBe(201)
  expect(await asked(inOperator(5))).toBe('challenge_required')
  expect(await asked(inOperator(6), solved)).toBe(201)
  expect(await asked(inOperator(7))).toBe('cannot_send')
  expect(await asked(inOperator(8), solved)).toBe('cannot_send')
})
