import { expect } from '@open-wc/testing'
import { answer, calls, callsTo, fakeFetch, resetServer, SERVER } from './test/fake-server.js'
import { challengeWith, endlessChallenge, isSolution } from './test/challenges.js'
import { createClient, solveChallenge, type AltchaChallenge, type StartRequest } from './headless.js'

const START = '/v1/verifications'
const CHALLENGES = '/v1/challenges'
/** Of a data attribute, say, that is not there. */
const nothing: string | undefined = undefined
const body: StartRequest = { sitekey: 'shop', phoneNumber: '+385912345667', nonce: nothing }

beforeEach(() => resetServer())

describe('a page of its own markup', () => {
  it('names its server as configure() takes it', async () => {
    for (const server of [`${SERVER}/`, `${SERVER}/?x#y`]) {
      const code = await createClient({ server, fetch: fakeFetch })
        .start(body)
        .catch((error: unknown) => (error as { code: string }).code)
      expect(calls.at(-1)!.url, server).to.equal(SERVER + START)
      expect(code).not.to.equal('network_error')
    }
  })

  it('is told at once of a server that is none, and may leave its own origin unnamed', () => {
    for (const server of [undefined, 'otp.example', 'ftp://otp.example'])
      expect(() => createClient({ server: server as string }), String(server)).to.throw(TypeError)
    expect(() => createClient({ server: '' })).not.to.throw()
  })

  it('solves the challenge of a refused start, and makes the same start with the solution (SR-K14)', async () => {
    const client = createClient({ server: SERVER, fetch: fakeFetch })
    answer(CHALLENGES, { json: await challengeWith(97) })
    const solution = await solveChallenge((await client.challenge(body)) as AltchaChallenge)
    expect(await isSolution(solution)).to.equal(true)
    await client.start({ ...body, challenge: solution }).catch(() => {})
    expect(callsTo(START)[0]!.body).to.include({ challenge: solution })
  })

  it('stops solving when it is told to', async () => {
    const stop = new AbortController()
    const solving = solveChallenge(await endlessChallenge(), stop.signal).then(
      () => 'solved',
      () => 'stopped',
    )
    stop.abort()
    expect(await solving).to.equal('stopped')
  })
})
