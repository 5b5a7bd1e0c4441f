import { expect, it } from 'vitest'
import { examine, weaknessesOf } from './doctor.js'

it('says to set what is missing, and to correct what is wrong', async () => {
  const env = { NODE_ENV: 'production', OTP_STORE: 'memory:', OTP_PUBLIC_URL: 'http://otp.example' }
  const report = await examine({ env, offline: true, now: Date.now, readScript: async () => ({}) })
  const fixes = weaknessesOf(report)
    .filter(({ check }) => check === 'configuration')
    .map(({ fix }) => fix)
  expect(fixes).toEqual([
    'Set INFOBIP_BASE_URL, INFOBIP_API_KEY, INFOBIP_2FA_APP_ID, INFOBIP_2FA_MESSAGE_ID.',
    'Correct OTP_PUBLIC_URL.',
    ...['OTP_SIGNING_KEYS', 'OTP_PEPPER'].map((name) => `Set ${name}.`),
    ...['OTP_SITEKEY', 'OTP_ALLOWED_ORIGINS', 'OTP_COUNTRIES'].map((name) => `Set ${name}.`),
  ])
})
