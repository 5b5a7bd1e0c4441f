import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../observe/metrics.js'
import { readinessOf, UNREADY } from '../operator/readiness.js'
import { memoryStore } from '../store/memory.js'
import { StoreError } from '../store/store.js'
import { createAdminApp } from './admin.js'

const WELL = {
  ...{ store: memoryStore(), isStopping: () => false, maySign: () => true },
  ...{ mayWork: () => true, mayForget: () => false, member: 'one' },
}
const DEPS = { registry: new Registry(), whyUnready: readinessOf(WELL) }
const HOST = { Host: '127.0.0.1:8789' }

describe('the admin listener', () => {
  it('tells health, readiness and metrics', async () => {
    const { registry, observe } = createMetrics(new Map())
    observe({ event: 'refused', operation: 'start', code: 'cannot_send', requestId: 'r' })
    const app = createAdminApp({ ...DEPS, registry })
    expect(await (await app.request('/healthz', { headers: HOST })).json()).toEqual({ status: 'ok' })
    expect(await (await app.request('/readyz', { headers: HOST })).json()).toEqual({ status: 'ready' })
    const metrics = await (await app.request('/metrics', { headers: HOST })).text()
    expect(metrics).toContain('otp_calls_refused_total{operation="start",code="cannot_send"} 1')
  })

  it('is not ready while the store is away, cannot be written to or may forget, or others have another pepper, or no key may sign, or once it is stopping', async () => {
    const away = () => Promise.reject(new StoreError('away'))
    const store = memoryStore()
    const causes = [
      ['store', { store: { ...store, now: away } }],
      ['write', { store: { ...store, apply: away } }],
      ['pepper', { mayWork: () => false }],
      ['eviction', { mayForget: () => true }],
      ['keys', { maySign: () => false }],
      ['stopping', { isStopping: () => true }],
    ] as const
    expect(causes.map(([because]) => because).toSorted()).toEqual(UNREADY.toSorted())
    for (const [because, deps] of causes) {
      const whyUnready = readinessOf({ ...WELL, ...deps })
      const answer = await createAdminApp({ ...DEPS, whyUnready }).request('/readyz', { headers: HOST })
      expect(answer.status).toBe(503)
      expect(await answer.json()).toEqual({ status: 'unavailable', because })
    }
  })

  it('answers only to names of this machine, so that no web page reads it by DNS rebinding (SR-I05)', async () => {
    const app = createAdminApp(DEPS)
    for (const Host of ['rebind.example', 'localhost.rebind.example', '127.0.0.1.nip.io', '']) {
      expect((await app.request('/metrics', { headers: { Host } })).status, Host).toBe(403)
    }
    for (const Host of ['localhost', 'localhost:8789', 'LocalHost:8789', '[::1]:8789']) {
      expect((await app.request('/metrics', { headers: { Host } })).status, Host).toBe(200)
    }
  })
})
