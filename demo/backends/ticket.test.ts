import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { startStack, type Stack } from '../e2e/stack.js'
import { needsOf, NODE, programOf } from './test/recipes.js'

const SECRET = `otps_${randomBytes(32).toString('hex')}`
const SESSION = randomBytes(16).toString('base64url')
const NONCE = randomBytes(16).toString('base64url')
const START_MS = 120_000

const SIGNERS = [
  { ...NODE, name: 'Node', file: 'ticket.mjs' },
  { ...needsOf('Python'), file: 'ticket.py' },
  { ...needsOf('PHP'), file: 'ticket.php' },
]

let stack: Stack
let numbers = 0

beforeAll(async () => {
  stack = await startStack({ secrets: [SECRET], requireTicket: true })
}, START_MS)

afterAll(() => stack.stop())

/** What the server answers to a start of the session with a number of its own. */
async function start(ticket: string | undefined, changes: Record<string, string> = {}) {
  const phoneNumber = `+1202555${1100 + numbers++}`
  const answer = await fetch(stack.server + PATHS.start, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: stack.shop },
    body: JSON.stringify({
      ...{ sitekey: 'demo', action: 'signup', nonce: NONCE, phoneNumber, ticket },
      ...changes,
    }),
  })
  const { code } = (await answer.json()) as { code?: string }
  return { status: answer.status, code }
}

/** The ticket that a program signs for the session, with variables of its environment changed. */
function signed(program: string, file: string, changes: NodeJS.ProcessEnv = {}): string {
  return execFileSync(program, [fileURLToPath(new URL(file, import.meta.url))], {
    env: {
      ...{ PATH: process.env['PATH'], OTP_SITE_SECRET: SECRET, SESSION, NONCE, ACTION: 'signup' },
      ...changes,
    },
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
}

const REFUSED = { status: 403, code: 'ticket_invalid' }

describe('a start ticket', () => {
  it('is needed at this site', async () => {
    expect(await start(undefined)).toEqual(REFUSED)
  })

  for (const signer of SIGNERS) {
    const program = programOf(signer)

    it.skipIf(!program)(`that is signed in ${signer.name} is good for one start of its session`, async () => {
      const sign = () => signed(program!, signer.file)
      const [first, second] = [sign(), sign()]
      expect(decodeJwt(first)).not.toMatchObject({ jti: decodeJwt(second).jti })
      expect(JSON.stringify(decodeJwt(first))).not.toContain(SESSION)
      expect(await start(first, { nonce: 'A'.repeat(22) })).toEqual(REFUSED)
      expect(await start(first, { action: 'reset' })).toEqual(REFUSED)
      expect((await start(first)).status).toBe(201)
      expect(await start(first)).toEqual(REFUSED)
      expect((await start(second)).status).toBe(201)
    })

    it.skipIf(!program)(`is not signed in ${signer.name} where the session or its nonce is not known`, () => {
      for (const name of ['SESSION', 'NONCE'])
        expect(() => signed(program!, signer.file, { [name]: undefined }), name).toThrow()
    })
  }

  it('is not signed in Node for a session or a nonce that is empty', () => {
    for (const name of ['SESSION', 'NONCE'])
      expect(() => signed(process.execPath, 'ticket.mjs', { [name]: '' }), name).toThrow('and its nonce')
  })
})
