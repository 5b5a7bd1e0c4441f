import { serve } from '@hono/node-server'
import { createVerifier } from 'otp-verify/verify'
import { createDemo } from './backend.js'
import { createVisits } from './visits.js'

const { env } = process
const port = Number(env['DEMO_PORT'] || 5173)
const server = (env['OTP_PUBLIC_URL'] || 'http://localhost:8787').replace(/\/+$/, '')
const sitekey = env['OTP_SITEKEY'] || 'demo'
const inbox = env['DEMO_INBOX']

const demo = createDemo({
  server,
  sitekey,
  // A visit forgets its nonce with the sign-up that used it, so no token is good for two.
  verifier: createVerifier({ issuer: server, audience: sitekey, replayStore: false }),
  visits: createVisits(),
  inbox,
})

const listener = serve({ fetch: demo.fetch, port, hostname: '127.0.0.1' })
listener.on('error', (error: Error) => {
  console.error(`The demo shop cannot listen on port ${port}: ${error.message}`)
  process.exit(1)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0))
