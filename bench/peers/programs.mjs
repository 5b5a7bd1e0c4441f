import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, URL } from 'node:url'
import { shopConfig } from '../shop.mjs'
import { CODE } from './visitors.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../dist/bin/otp-verify.js', import.meta.url))

/** The project of Next.js, and its command line. */
export const NEXT = { folder: join(HERE, 'next'), cli: join(HERE, 'node_modules/next/dist/bin/next') }

/** The account with Infobip, except its address. */
export const ACCOUNT = {
  INFOBIP_API_KEY: 'key-0123456789',
  INFOBIP_2FA_APP_ID: 'APP1',
  INFOBIP_2FA_MESSAGE_ID: 'MSG1',
}

/** How a server is asked for a code, and to check it: the path, and what makes the body. */
const callsTo = (start, check) => ({
  start: [start, (phoneNumber) => ({ sitekey: 'shop', phoneNumber })],
  check: [check, (_, { verificationId }) => ({ verificationId, code: CODE })],
})
const CALLS = callsTo('/v1/verifications', '/v1/verifications/check')

/** The variables that every peer gets. */
const envOf = ({ port, url }) => ({
  ...{ NODE_ENV: 'production', PORT: port, INFOBIP_BASE_URL: url },
  ...ACCOUNT,
})

/** A server of this folder. */
const peer = (file, calls = CALLS) => ({
  calls,
  start: (at) => ({ args: [join(HERE, file)], env: envOf(at) }),
})

/** Routes of the project of Next.js, which is built beforehand. */
const nextRoutes = (calls) => ({
  ...{ calls, needs: 'next' },
  start: (at) => ({
    args: [NEXT.cli, 'start', NEXT.folder, '--hostname', '127.0.0.1', '--port', String(at.port)],
    env: { ...envOf(at), NEXT_TELEMETRY_DISABLED: '1' },
  }),
})

const BETTER_AUTH = {
  start: ['/api/auth/phone-number/send-otp', (phoneNumber) => ({ phoneNumber })],
  check: ['/api/auth/phone-number/verify', (phoneNumber) => ({ phoneNumber, code: CODE })],
}

/** Of our server, at an Infobip. */
function accountAt(baseUrl) {
  return {
    ...{ baseUrl, apiKey: ACCOUNT.INFOBIP_API_KEY, applicationId: ACCOUNT.INFOBIP_2FA_APP_ID },
    messageIds: { default: ACCOUNT.INFOBIP_2FA_MESSAGE_ID },
  }
}

/** Outside of production, where alone an Infobip on this machine is taken; nothing that costs time depends on it. */
const ours = (store) => ({
  ...{ calls: CALLS, store },
  start({ folder, port, adminPort, url, redis }) {
    const file = join(folder, 'otp-verify.json')
    writeFileSync(file, JSON.stringify(shopConfig(redis?.url ?? 'sqlite:otp.db', accountAt(url))))
    return {
      args: [PROGRAM, 'serve', '--config', file],
      env: { OTP_PORT: port, OTP_ADMIN_PORT: adminPort },
    }
  },
})

/** What is measured, by its name; `needs` is what has to be there before it starts. */
export const SERVERS = {
  raw: peer('raw.mjs'),
  hono: peer('hono.mjs'),
  'hono with the SDK': peer('hono-sdk.mjs'),
  "the guide's way": nextRoutes(callsTo('/api/start', '/api/check')),
  'a Next app route with the SDK': nextRoutes(callsTo('/v1/start', '/v1/check')),
  'better-auth': { ...peer('better-auth.mjs', BETTER_AUTH), needs: 'packages' },
  ours: ours('sqlite'),
  'ours on Redis': ours('redis'),
}
