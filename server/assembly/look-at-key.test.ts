import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { INFOBIP } from '../config/test/account.js'
import type { ServerEvent } from '../observe/events.js'
import { type Behaviour, fakeInfobip, json } from '../provider/infobip/test/fake-infobip.js'
import { generateSigningJwk } from '../token/keys.js'
import { createConfiguredApp } from './assemble.js'
import { lookAtKey } from './look-at-key.js'

const APPLICATION = { applicationId: 'APP', name: 'shop', enabled: true, configuration: {} }

it.each<[string, Behaviour, ServerEvent[]]>([
  ['reads the application', json(200, APPLICATION), [{ event: 'overprivileged-key' }]],
  ['may not', json(403, {}), []],
  ['is unknown', json(401, {}), []],
  ['meets trouble', json(500, {}), []],
])('a key that %s is told of accordingly (SR-B03)', async (_, behaviour, expected) => {
  const { url: baseUrl } = await fakeInfobip(behaviour)
  const events: ServerEvent[] = []
  await lookAtKey({ baseUrl, apiKey: 'key-canary', applicationId: 'APP' }, (event) => events.push(event))
  expect(events).toEqual(expected)
})

it('a server does not wait for it, and starts where Infobip never answers (SR-B03)', async () => {
  let told: (url: string) => void
  const asked = new Promise<string>((resolve) => (told = resolve))
  let hasGivenUp = false
  const { url } = await fakeInfobip((response, heard) => {
    response.on('close', () => (hasGivenUp = true))
    told(heard.url)
  })
  const app = await createConfiguredApp({
    ...{ ...INFOBIP, INFOBIP_BASE_URL: url, OTP_SITEKEY: 'shop', OTP_COUNTRIES: 'HR' },
    ...{ OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_STORE: 'memory:', OTP_LOG_LEVEL: 'silent' },
    OTP_PEPPER: randomBytes(32).toString('hex'),
    OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
  })
  expect(await asked).toBe('/2fa/2/applications/APP')
  expect(hasGivenUp).toBe(false)
  await app.stop()
})
