import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ConfigError } from '../config/config-error.js'
import { generateSigningJwk } from '../token/keys.js'
import { startOtlpReceiver } from '../observe/test/otlp-receiver.js'
import { assemble, createConfiguredApp, type ConfiguredApp } from './assemble.js'

const PUBLIC_URL = 'http://localhost:5174/api/otp'
const ORIGIN = 'http://localhost:5173'

let folder: string
let env: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otp-verify-assemble-'))
  const keys = join(folder, 'keys.json')
  await writeFile(keys, JSON.stringify({ keys: [await generateSigningJwk(randomBytes)] }), { mode: 0o600 })
  env = {
    OTP_PUBLIC_URL: PUBLIC_URL,
    OTP_SIGNING_KEYS: keys,
    OTP_PEPPER: randomBytes(32).toString('hex'),
    OTP_STORE: 'memory:',
    OTP_SANDBOX_PORT: '0',
    OTP_LOG_LEVEL: 'silent',
  }
})

afterAll(() => rm(folder, { recursive: true }))

/** Asks for a code, as a page of the site would. */
async function startAt(app: ConfiguredApp, sitekey = 'demo'): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Origin: ORIGIN }
  const body = JSON.stringify({ sitekey, phoneNumber: '+12025550123' })
  return app.fetch(new Request(PUBLIC_URL + PATHS.start, { method: 'POST', headers, body }))
}

describe('a server made from its configuration', () => {
  it('answers below its public path, and sends codes through a sandbox that it started', async () => {
    const app = await createConfiguredApp(env)
    const started = await startAt(app)
    expect(started.status).toBe(201)
    const messages = `${app.sandboxUrl}/sandbox/messages?to=%2B12025550123`
    expect(await (await fetch(messages)).json()).toHaveLength(1)
    expect((await app.admin.request('/readyz', { headers: { Host: 'localhost' } })).status).toBe(200)
    await app.stop()
    await expect(fetch(messages)).rejects.toThrow()
  })

  it('tells once of what sends codes that it could not be loaded, when it is wanted', async () => {
    const app = await assemble(env)
    onTestFinished(() => app.stop())
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    const failures = async () => {
      const answer = await app.admin.request('/metrics', { headers: { Host: 'localhost' } })
      return /^otp_failures_total (\d+)$/m.exec(await answer.text())?.[1]
    }
    const start = () => startAt(app)
    expect(await failures()).toBe('0')
    for (let n = 0; n < 2; n++) expect((await start()).status).toBe(503)
    expect(await failures()).toBe('1')
  })

  it('loads nothing of OpenTelemetry unless it is asked for traces, and then tells the collector of each call', async () => {
    const isLoaded = () =>
      Object.keys(createRequire(import.meta.url).cache).some((path) =>
        path.includes('@opentelemetry/sdk-trace'),
      )
    const start = (app: ConfiguredApp) => app.fetch(new Request(PUBLIC_URL + PATHS.start, { method: 'POST' }))
    const silent = await createConfiguredApp(env)
    await start(silent)
    await silent.stop()
    expect(isLoaded()).toBe(false)
    const receiver = await startOtlpReceiver()
    const app = await createConfiguredApp({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })
    expect(isLoaded()).toBe(true)
    await start(app)
    await app.stop()
    expect(receiver.spans().map(({ name }) => name)).toEqual(['start'])
    await receiver.stop()
    const wrong = createConfiguredApp({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })
    await expect(wrong).rejects.toThrow(ConfigError)
  })

  it('sends what it alerts of once more before it has stopped', async () => {
    const statuses = [503, 204]
    const hook = createHttpServer((_, response) => void response.writeHead(statuses.shift()!).end())
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void hook.close())
    const app = await createConfiguredApp({
      ...{ ...env, OTP_DAILY_BUDGET: '1', OTP_ALLOWED_ORIGINS: ORIGIN, OTP_SITEKEY: 'shop' },
      OTP_ALERT_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      OTP_ALERT_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    })
    await startAt(app, 'shop')
    await expect.poll(() => statuses).toEqual([204])
    await app.stop()
    expect(statuses).toEqual([])
  })

  it('alerts of a provider that refuses its key', async () => {
    const posted: string[] = []
    const hook = createHttpServer((request, response) => {
      void text(request).then((body) => posted.push(body))
      response.writeHead(204).end()
    })
    await once(hook.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void hook.close())
    const app = await createConfiguredApp({
      ...env,
      OTP_ALERT_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      OTP_ALERT_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    })
    onTestFinished(() => app.stop())
    const fault = JSON.stringify({ operation: 'send', kind: 'status', status: 401 })
    const headers = { 'Content-Type': 'application/json' }
    const armed = await fetch(`${app.sandboxUrl}/sandbox/faults`, { method: 'POST', headers, body: fault })
    expect(armed.status).toBe(201)
    expect((await startAt(app)).status).toBe(503)
    await expect.poll(() => posted).toHaveLength(1)
    expect(JSON.parse(posted[0]!)).toMatchObject({ type: 'otp-verify.provider', data: { alert: 'provider' } })
  })

  it('is not made of a configuration that is wrong, or in production of one that is only fit for the sandbox', async () => {
    await expect(createConfiguredApp({ ...env, OTP_PORT: 'http' })).rejects.toThrow(ConfigError)
    await expect(createConfiguredApp({ ...env, NODE_ENV: 'production' })).rejects.toThrow(/INFOBIP_BASE_URL/)
  })

  it('says so when the port of its sandbox is taken', async () => {
    const stranger = createServer().listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    await expect(createConfiguredApp({ ...env, OTP_SANDBOX_PORT: String(port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    stranger.close()
  })
})
