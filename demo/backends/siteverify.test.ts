import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PATHS, type SiteverifyRequest } from '../../contract/index.js'
import { startStack, type Stack } from '../e2e/stack.js'
import { freePorts } from '../processes/built.js'
import { prove } from './test/prove.js'
import { needsOf, programOf } from './test/recipes.js'

const SCRIPT = fileURLToPath(new URL('siteverify.sh', import.meta.url))
const SECRET = `otps_${randomBytes(32).toString('hex')}`
const NONCE = randomBytes(16).toString('base64url')
const START_MS = 120_000

/** Every program that the script calls. */
const TOOLS = ['cat', 'curl', 'jq', 'od', 'sed', 'tr']

/** What the server answers while its store is away. */
const STORE_AWAY = '{"success":false,"error-codes":["internal-error"]}'

describe.skipIf(!programOf(needsOf('curl')))('siteverify.sh', () => {
  let stack: Stack
  let folder: string
  let nowhere: string

  beforeAll(async () => {
    stack = await startStack({ secrets: [SECRET] })
    nowhere = `http://127.0.0.1:${(await freePorts(1))[0]}`
  }, START_MS)

  afterAll(() => stack?.stop())

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otp-verify-siteverify-'))
  })

  afterEach(() => rm(folder, { recursive: true }))

  const proven = (changes = {}) =>
    prove(stack, { sitekey: 'demo', action: 'signup', nonce: NONCE, ...changes })

  /** Runs the script with all that it needs, except for what is changed. */
  function redeem(variables: NodeJS.ProcessEnv) {
    const env = {
      PATH: process.env['PATH'],
      ISSUER: stack.server,
      OTP_SITE_SECRET: SECRET,
      NONCE,
      ACTION: 'signup',
      ...variables,
    }
    return new Promise<{ status: number; output: string; complaint: string }>((resolve) => {
      const child = execFile('/bin/sh', [SCRIPT], { env }, (_error, output, complaint) =>
        resolve({ status: child.exitCode!, output, complaint }),
      )
    })
  }

  it('prints the proven number, and refuses its token from then on (SR-A12)', async () => {
    const { token, phoneNumber } = await proven()
    expect(await redeem({ TOKEN: token })).toEqual({ status: 0, output: `${phoneNumber}\n`, complaint: '' })
    expect(await redeem({ TOKEN: token })).toEqual({
      status: 1,
      output: '',
      complaint: 'siteverify: refused timeout-or-duplicate\n',
    })
  })

  it('takes the secret from a file', async () => {
    const { token, phoneNumber } = await proven()
    const file = join(folder, 'secret')
    await writeFile(file, `${SECRET}\n`, { mode: 0o600 })
    const variables = { TOKEN: token, OTP_SITE_SECRET: undefined, OTP_SITE_SECRET_FILE: file }
    expect(await redeem(variables)).toMatchObject({ status: 0, output: `${phoneNumber}\n` })
  })

  it.each([
    ['of another session (SR-A09)', { nonce: 'A'.repeat(22) }, 'refused nonce'],
    ['of no session (SR-A09)', { nonce: undefined }, 'refused nonce'],
    ['for another purpose (SR-A11)', { action: 'reset' }, 'refused action'],
    ['for no purpose (SR-A11)', { action: undefined }, 'refused action'],
    ['for another site (SR-A05)', { sitekey: 'other' }, 'refused invalid-input-response'],
  ])('refuses a genuine token %s', async (_title, changes, complaint) => {
    const { token } = await proven(changes)
    expect(await redeem({ TOKEN: token })).toEqual({
      status: 1,
      output: '',
      complaint: `siteverify: ${complaint}\n`,
    })
  })

  it('refuses what a forged verified event may carry, and asks nobody about what cannot be a token (SR-A20)', async () => {
    const { token } = await proven()
    const [header, payload] = token.split('.')
    for (const forged of [
      'made-up',
      'a.b.c',
      `${header}.${payload}.`,
      `${header}.${payload}.${'A'.repeat(86)}`,
    ]) {
      expect(await redeem({ TOKEN: forged }), forged).toEqual({
        status: 1,
        output: '',
        complaint: 'siteverify: refused invalid-input-response\n',
      })
    }
    for (const strange of [
      undefined,
      '',
      '{"',
      '$(id)',
      '`id`',
      `${token}\n`,
      `${token}é`,
      'x'.repeat(2049),
    ]) {
      expect(await redeem({ TOKEN: strange, ISSUER: nowhere }), strange).toEqual({
        status: 1,
        output: '',
        complaint: 'siteverify: no token\n',
      })
    }
    expect((await redeem({ TOKEN: token })).status).toBe(0)
  })

  it('says which of its own needs is missing, and does not use the token up', async () => {
    const { token } = await proven()
    const TOKEN = token
    for (const name of ['ISSUER', 'OTP_SITE_SECRET', 'NONCE', 'ACTION']) {
      for (const value of [undefined, '']) {
        expect(await redeem({ TOKEN, [name]: value }), name).toMatchObject({ status: 2, output: '' })
      }
    }
    for (const lacking of ['curl', 'jq']) {
      await recordingTools(TOOLS.filter((tool) => tool !== lacking))
      const complaint = `siteverify: ${lacking} is missing\n`
      expect(await redeem({ TOKEN, PATH: folder })).toEqual({ status: 2, output: '', complaint })
    }
    expect((await redeem({ TOKEN, OTP_SITE_SECRET_FILE: join(folder, 'nothing') })).status).toBe(2)
    expect(await redeem({ TOKEN, OTP_SITE_SECRET: 'x'.repeat(64) })).toEqual({
      status: 2,
      output: '',
      complaint: 'siteverify: the server does not know the secret\n',
    })
    expect((await redeem({ TOKEN })).status).toBe(0)
  })

  it('shows no secret, token or nonce on any command line', async () => {
    const { token } = await proven()
    await recordingTools(TOOLS)
    expect((await redeem({ TOKEN: token, PATH: folder })).status).toBe(0)
    const lines = await readFile(join(folder, 'log'), 'utf8')
    expect(lines).toContain(`${stack.server}${PATHS.siteverify}`)
    for (const secret of [SECRET, token, NONCE]) expect(lines).not.toContain(secret)
  })

  it('asks once more under the same idempotency key when the answer was lost (SR-A13)', async () => {
    const { token, phoneNumber } = await proven()
    const bodies: SiteverifyRequest[] = []
    const proxy = await serve(async (body, response) => {
      bodies.push(JSON.parse(body))
      const headers = { 'Content-Type': 'application/json' }
      const answer = await fetch(stack.server + PATHS.siteverify, { method: 'POST', headers, body })
      const words = await answer.text()
      if (bodies.length === 1) response.destroy()
      else response.end(words)
    })
    const { status, output } = await redeem({ TOKEN: token, ISSUER: proxy.url })
    await proxy.stop()
    expect({ status, output }).toEqual({ status: 0, output: `${phoneNumber}\n` })
    expect(bodies).toHaveLength(2)
    expect(bodies[0]!.idempotency_key).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(bodies[1]).toEqual(bodies[0])
  })

  it.each([
    ['hangs up', 2, (response: ServerResponse) => response.destroy()],
    ['is away behind its proxy', 2, (response: ServerResponse) => response.writeHead(502).end('Bad Gateway')],
    ['is a page', 1, (response: ServerResponse) => response.end('<html>')],
    ['cannot tell', 1, (response: ServerResponse) => response.end(STORE_AWAY)],
  ])('says that the token may be good when the server %s (SR-C15)', async (_title, calls, answer) => {
    let asked = 0
    const proxy = await serve(async (_body, response) => {
      asked++
      answer(response)
    })
    const { status, output } = await redeem({ TOKEN: 'a.b.c', ISSUER: proxy.url })
    await proxy.stop()
    expect({ status, output, asked }).toEqual({ status: 3, output: '', asked: calls })
    expect(await redeem({ TOKEN: 'a.b.c', ISSUER: nowhere })).toMatchObject({ status: 3, output: '' })
  })

  it('gets the first answer in a later run with the same IDEMPOTENCY_KEY, and in no other (SR-A13)', async () => {
    const { token, phoneNumber } = await proven()
    const losing = await serve(async (body, response) => {
      const headers = { 'Content-Type': 'application/json' }
      await fetch(stack.server + PATHS.siteverify, { method: 'POST', headers, body })
      response.destroy()
    })
    const variables = { TOKEN: token, IDEMPOTENCY_KEY: randomUUID() }
    expect((await redeem({ ...variables, ISSUER: losing.url })).status).toBe(3)
    await losing.stop()
    expect((await redeem({ TOKEN: token })).status).toBe(1)
    expect((await redeem({ ...variables, IDEMPOTENCY_KEY: randomUUID() })).status).toBe(1)
    expect(await redeem(variables)).toMatchObject({ status: 0, output: `${phoneNumber}\n` })
  })

  it('says that an IDEMPOTENCY_KEY may be no UUID, and does not use the token up', async () => {
    const { token } = await proven()
    expect(await redeem({ TOKEN: token, IDEMPOTENCY_KEY: 'order 66' })).toEqual({
      status: 2,
      output: '',
      complaint: 'siteverify: the server cannot read this: is IDEMPOTENCY_KEY a UUID?\n',
    })
    expect((await redeem({ TOKEN: token, IDEMPOTENCY_KEY: '' })).status).toBe(0)
  })

  /** Fills the folder with tools that write down with which arguments they were called, and then are the real ones. */
  async function recordingTools(tools: string[]): Promise<void> {
    for (const tool of TOOLS) await rm(join(folder, tool), { force: true })
    for (const tool of tools) {
      const real = `PATH='${process.env['PATH']}' exec ${tool} "$@"`
      const source = `#!/bin/sh\necho ${tool} "$@" >>${join(folder, 'log')}\n${real}\n`
      await writeFile(join(folder, tool), source, { mode: 0o700 })
    }
  }
})

/** Something at the address of the server that answers in its place. */
async function serve(answer: (body: string, response: ServerResponse) => Promise<void>) {
  const server = createServer((request, response) => {
    void text(request).then((body) => answer(body, response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => once(server.close(), 'close'),
  }
}
