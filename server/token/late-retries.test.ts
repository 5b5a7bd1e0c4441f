import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PATHS, PROOF_MEMORY, TOKEN_MAX_LIFETIME, type SiteverifyAnswer } from '../../contract/index.js'
import { TestServer, testSite } from '../test/harness.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start({ sites: [testSite({ secrets: [SECRET] })] })
})
afterEach(() => server.stop())

async function verified(): Promise<{ token: string }> {
  const { verificationId } = (await server.start()).body
  return (await server.check(verificationId, server.code())).body
}

async function siteverify(request: object): Promise<SiteverifyAnswer> {
  const headers = { 'Content-Type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(request) }
  return (await (await server.app.request(PATHS.siteverify, init)).json()) as SiteverifyAnswer
}

const failure = (...codes: string[]) => ({ success: false, 'error-codes': codes })

it('siteverify gives a retry under its idempotency key the first answer when the token has ended, as long as it remembers', async () => {
  const { token } = await verified()
  const kept = { secret: SECRET, response: token, idempotency_key: randomUUID() }
  const first = await siteverify(kept)
  expect(first.success).toBe(true)
  // Shortly after its end and long after it: the clocks' tolerance is no limit.
  for (const seconds of [TOKEN_MAX_LIFETIME + 30, PROOF_MEMORY - TOKEN_MAX_LIFETIME - 31]) {
    server.advance(seconds)
    expect(await siteverify(kept)).toEqual(first)
    for (const other of [{ idempotency_key: randomUUID() }, { idempotency_key: undefined }])
      expect(await siteverify({ ...kept, ...other })).toEqual(failure('timeout-or-duplicate'))
  }
  server.advance(1)
  expect(await siteverify(kept)).toEqual(failure('timeout-or-duplicate'))
})

it.each([0, 30, 3600])(
  'lets nobody claim a token %d seconds after its end, whatever the key',
  async (late) => {
    const { token } = await verified()
    server.advance(TOKEN_MAX_LIFETIME + late)
    const kept = { secret: SECRET, response: token, idempotency_key: randomUUID() }
    for (let times = 0; times < 2; times++)
      expect(await siteverify(kept)).toEqual(failure('timeout-or-duplicate'))
  },
)
