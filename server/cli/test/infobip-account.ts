import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../assembly/open-store.js'
import { startSandbox, type RunningSandbox } from '../../sandbox/index.js'
import { generateSigningJwk } from '../../token/keys.js'

/** An Infobip account of the sandbox, and a server that is configured for it but for what setup writes. */
export interface TestAccount {
  sandbox: RunningSandbox
  /** Its own folder. */
  folder: string
  env: Record<string, string>
  /** Asks the sandbox as an operator would, with the key that manages. */
  call(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

/** Settings that doctor finds nothing in, where the site may send 250 messages a day. */
export const SAFE = {
  pinAttempts: 5,
  allowMultiplePinVerifications: false,
  pinTimeToLive: '5m',
  verifyPinLimit: '3/1s',
  sendPinPerApplicationLimit: '250/1d',
  sendPinPerPhoneNumberLimit: '5/1d',
}

export const MANAGEMENT_KEY = 'management-key-canary-7d0c'
export const SEND_KEY = 'send-key-canary-51aa'
export const PEPPER = randomBytes(32).toString('hex')

/** Opens an account. */
export async function openAccount(): Promise<TestAccount> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-account-'))
  const sandbox = await startSandbox({ port: 0, apiKey: MANAGEMENT_KEY, sendOnlyApiKey: SEND_KEY })
  const keys = join(folder, 'keys.json')
  const store = `sqlite:${join(folder, 'store.db')}`
  await (await openStore(store)).close()
  await writeFile(keys, JSON.stringify({ keys: [await generateSigningJwk(randomBytes)] }), { mode: 0o600 })
  return {
    ...{ sandbox, folder },
    env: {
      INFOBIP_BASE_URL: sandbox.url,
      INFOBIP_API_KEY: SEND_KEY,
      INFOBIP_MANAGEMENT_API_KEY: MANAGEMENT_KEY,
      OTP_SITEKEY: 'shop',
      OTP_ALLOWED_ORIGINS: 'https://shop.example,https://*.shop.example',
      OTP_COUNTRIES: 'HR',
      OTP_DAILY_BUDGET: '250',
      OTP_SIGNING_KEYS: keys,
      OTP_PEPPER: PEPPER,
      OTP_STORE: store,
    },
    async call(method, path, body) {
      const response = await fetch(`${sandbox.url}/2fa/2/applications${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', Authorization: `App ${MANAGEMENT_KEY}` },
        ...(body && { body: JSON.stringify(body) }),
      })
      return (await response.json()) as Record<string, unknown>
    },
    async stop() {
      await sandbox.stop()
      await rm(folder, { recursive: true })
    },
  }
}
