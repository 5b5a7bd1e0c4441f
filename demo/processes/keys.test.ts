import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATHS, type VerificationApproved, type VerificationPending } from '../../contract/index.js'
import { makeKeyFile } from '../../server/token/key-file.js'
import { PROGRAM } from './built.js'
import { redeem } from './calls.js'
import { ORIGIN, startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'

/** Milliseconds in which what an operator does has reached every instance. */
const PROPAGATION = 5000

let instances: Instances
let closeStore: () => Promise<void>
let numbers = 0
beforeAll(async () => {
  const { address, close } = await STORES[0]!.open()
  closeStore = close
  instances = await startInstances(4, address)
})
afterAll(async () => {
  await instances.stop()
  await closeStore()
})

async function call<T>(path: string, body: object): Promise<T> {
  const answer = await instances.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function prove(): Promise<string> {
  const phoneNumber = `+1202555${1000 + numbers++}`
  const { verificationId } = await call<VerificationPending>(PATHS.start, { sitekey: 'shop', phoneNumber })
  const { pin } = instances.sandbox.messages(phoneNumber).at(-1)!
  return (await call<VerificationApproved>(PATHS.check, { verificationId, code: pin })).token
}

async function publishedBy(address: string): Promise<string[]> {
  const { keys } = (await (await fetch(address + PATHS.jwks)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

async function keysCommand(...args: string[]): Promise<{ keys: { kid: string; state: string }[] }> {
  const config = join(instances.folder, 'config.json')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, 'keys', ...args, '--config', config, '--json'],
    { env: { PATH: process.env['PATH'] } },
  )
  return JSON.parse(stdout) as { keys: { kid: string; state: string }[] }
}

describe('four processes on one store', () => {
  it('let a number be started at one, checked at the next and redeemed at the third', async () => {
    const answer = await redeem(instances.addresses[2]!, await prove())
    expect(answer).toMatchObject({ success: true, phone_number: `+1202555${1000 + numbers - 1}` })
  })

  it('refuse a fifth that has other keys, or another pepper, and name the mismatch (SR-A23)', async () => {
    const otherKeys = join(instances.folder, 'other-keys.json')
    await makeKeyFile(otherKeys, randomBytes)
    const [kid] = await publishedBy(instances.addresses[0]!)
    const stranger = await instances.add({ OTP_SIGNING_KEYS: otherKeys })
    expect(stranger.exitCode).toBe(1)
    expect(stranger.output).toContain(`signs with the key ${kid}, which this one does not have`)
    const peppered = await instances.add({ OTP_PEPPER: randomBytes(32).toString('hex') })
    expect(peppered).toMatchObject({ exitCode: 1, output: expect.stringContaining('another pepper') })
    expect((await instances.add({})).exitCode).toBeNull()
  })

  it('take up a rotation and a revocation without a restart, and redeem no token of the revoked key (SR-A22)', async () => {
    const tokens = await Promise.all(instances.addresses.map(prove))
    const { kid } = decodeProtectedHeader(tokens[0]!)
    const rotated = await keysCommand('rotate')
    const everywhere = () => Promise.all(instances.addresses.map(publishedBy))
    const both = rotated.keys.map((key) => key.kid)
    await expect.poll(everywhere, { timeout: PROPAGATION }).toEqual(instances.addresses.map(() => both))

    const after = await keysCommand('revoke', kid!)
    expect(after.keys).toEqual([expect.objectContaining({ kid: both[0], state: 'signing' })])
    await expect.poll(everywhere, { timeout: PROPAGATION }).toEqual(instances.addresses.map(() => [both[0]]))
    const answers = await Promise.all(
      instances.addresses.map((address, index) => redeem(address, tokens[index]!)),
    )
    expect(answers).toEqual(
      answers.map(() => ({ success: false, 'error-codes': ['invalid-input-response'] })),
    )
    const fresh = await prove()
    expect(decodeProtectedHeader(fresh).kid).toBe(both[0])
    expect((await redeem(instances.addresses[3]!, fresh)).success).toBe(true)
  })
})
