import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Environment } from '../config/variables.js'
import type { Weakness } from '../weakness.js'
import { examine, weaknessesOf } from './doctor.js'

/** What the doctor has against a configuration, with a file beside it. */
async function complaints(env: Environment, settings: object = {}): Promise<Weakness[]> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'otp.json')
  await writeFile(file, JSON.stringify(settings))
  const readScript = async () => ({})
  const report = await examine({ env, file, offline: true, now: Date.now, readScript })
  return weaknessesOf(report).filter(({ check }) => check === 'configuration')
}

it('says to set what is missing, and to correct what is wrong', async () => {
  const env = { NODE_ENV: 'production', OTP_STORE: 'memory:', OTP_PUBLIC_URL: 'http://otp.example' }
  expect((await complaints(env)).map(({ fix }) => fix)).toEqual([
    'Set INFOBIP_BASE_URL, INFOBIP_API_KEY, INFOBIP_2FA_APP_ID, INFOBIP_2FA_MESSAGE_ID.',
    'Correct OTP_PUBLIC_URL.',
    ...['OTP_SIGNING_KEYS', 'OTP_PEPPER'].map((name) => `Set ${name}.`),
    ...['OTP_SITEKEY', 'OTP_ALLOWED_ORIGINS', 'OTP_COUNTRIES'].map((name) => `Set ${name}.`),
  ])
})

it('calls ports good that a server can have, and names two that are one by where they were said', async () => {
  expect(await complaints({ OTP_PORT: '8989', OTP_ADMIN_PORT: '8990' })).toEqual([])
  expect(await complaints({ OTP_PORT: '0', OTP_ADMIN_PORT: '0' })).toEqual([])
  expect(await complaints({ OTP_PORT: '8989', OTP_ADMIN_PORT: '8989' })).toEqual([
    {
      check: 'configuration',
      message: 'OTP_PORT, OTP_ADMIN_PORT: both are 8989; give them different ones.',
      fix: 'Correct OTP_PORT, OTP_ADMIN_PORT.',
    },
  ])
  // Whatever else is wrong; and 8787 is the port unless said.
  expect(await complaints({ OTP_LOG_LEVEL: 'loud' }, { adminPort: 8787 })).toMatchObject([
    { fix: 'Correct OTP_PORT, adminPort.' },
    { fix: 'Correct OTP_LOG_LEVEL.' },
  ])
})

it.each(['192.0.2.1', 'otp.invalid'])(
  'tries the address on which a server would listen: %s',
  async (host) => {
    expect(await complaints({ OTP_HOST: host })).toEqual([
      {
        check: 'configuration',
        message: expect.stringMatching(
          /^OTP_HOST: is not an IP address of this machine \(E\w+\); /,
        ) as string,
        fix: 'Correct OTP_HOST.',
      },
    ])
    for (const good of ['127.0.0.1', '0.0.0.0', 'localhost'])
      expect(await complaints({ OTP_HOST: good })).toEqual([])
  },
)

it('says to correct the file where the file is wrong', async () => {
  expect(await complaints({}, { trustProxy: 1 })).toMatchObject([{ fix: 'Correct trustProxy.' }])
})
