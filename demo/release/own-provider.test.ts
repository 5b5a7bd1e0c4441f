import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { generateSigningJwk } from '../../server/token/keys.js'
import type { FetchHandler, Provider } from '../../server/index.js'
import { read, ROOT } from './manifest.js'

const NUMBER = '+12025550123'

let folder: string
let serverOver: (provider: Provider, env: Record<string, string>) => Promise<FetchHandler>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-own-provider-'))
  const [, chapter = ''] = read('docs/deploying.md').split('## A provider other than Infobip')
  const example = chapter.split('```js\n')[1]!.split('```')[0]!
  const file = join(folder, 'example.mjs')
  await writeFile(file, example.replace('otp-verify/server', join(ROOT, 'server/index.ts')))
  ;({ serverOver } = (await import(file)) as { serverOver: typeof serverOver })
})
afterAll(() => rm(folder, { recursive: true }))

/** A service that says what it was asked, and whose codes are all the same. */
function service(code: string): Provider & { sent: unknown[] } {
  const sent: unknown[] = []
  return {
    sent,
    async send(request) {
      sent.push(request)
      return { outcome: 'sent', reference: request.phoneNumber }
    },
    async resend(reference) {
      return { outcome: 'sent', reference }
    },
    async check(phoneNumber, given) {
      return given === code ? { outcome: 'approved', phoneNumber } : { outcome: 'incorrect' }
    },
  }
}

it('another service sends and checks the codes of a configured server, with its store, as the guide has it', async () => {
  const keys = join(folder, 'keys.json')
  await writeFile(keys, JSON.stringify(await generateSigningJwk(randomBytes)), { mode: 0o600 })
  const provider = service('123456')
  const store = join(folder, 'otp-verify.db')
  const { log } = console
  console.log = () => {}
  onTestFinished(() => void (console.log = log))
  const app = await serverOver(provider, {
    ...{ NODE_ENV: 'production', OTP_PUBLIC_URL: 'https://otp.example', OTP_STORE: `sqlite:${store}` },
    ...{ OTP_SIGNING_KEYS: keys, OTP_PEPPER: randomBytes(32).toString('hex'), OTP_TRUST_PROXY: '1' },
    ...{ OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'US' },
  })
  const post = async (path: string, body: object) => {
    const headers = { 'Content-Type': 'application/json', Origin: 'https://shop.example' }
    const proxied = { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'https' }
    const request = { method: 'POST', headers: { ...headers, ...proxied }, body: JSON.stringify(body) }
    const answer = await app.fetch(new Request(`https://otp.example${path}`, request))
    return (await answer.json()) as Record<string, string>
  }
  const { verificationId } = await post(PATHS.start, { sitekey: 'shop', phoneNumber: NUMBER })
  expect(provider.sent).toMatchObject([{ phoneNumber: NUMBER, channel: 'sms' }])
  expect(await post(PATHS.check, { verificationId, code: '123456' })).toMatchObject({ phoneNumber: NUMBER })
  expect((await readFile(store)).byteLength).toBeGreaterThan(0)
})
