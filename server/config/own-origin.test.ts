import { expect, it } from 'vitest'
import { readConfig } from './config.js'

const USUAL = ['http://localhost:5173', 'http://127.0.0.1:5173']

const origins = async (OTP_PUBLIC_URL: string, more: Record<string, string> = {}) => {
  const { sites } = await readConfig({ OTP_PUBLIC_URL, ...more })
  return sites.get('demo')!.origins.map((pattern) => 'origin' in pattern && pattern.origin)
}

it('lets pages of the server’s own origin in, for an app that has it mounted', async () => {
  expect(await origins('http://localhost:3000/api/otp')).toEqual([...USUAL, 'http://localhost:3000'])
  expect(await origins('https://shop.example/api/otp')).toEqual([...USUAL, 'https://shop.example'])
})

it('lets no page of plain HTTP in for that, and nobody whom the configuration leaves out', async () => {
  expect(await origins('http://shop.example/api/otp')).toEqual(USUAL)
  const said = { OTP_ALLOWED_ORIGINS: 'https://shop.example' }
  expect(await origins('http://localhost:3000/api/otp', said)).toEqual(['https://shop.example'])
})

it('does so against the sandbox alone', async () => {
  const infobip = {
    INFOBIP_BASE_URL: 'https://abc12.api.infobip.com',
    INFOBIP_API_KEY: 'key-0123456789',
    INFOBIP_2FA_APP_ID: 'APP1',
    INFOBIP_2FA_MESSAGE_ID: 'MSG1',
  }
  await expect(origins('http://localhost:3000/api/otp', { ...infobip, OTP_SITEKEY: 'demo' })).rejects.toThrow(
    'OTP_ALLOWED_ORIGINS',
  )
})
