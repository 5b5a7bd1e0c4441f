import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { addReadiness, UNREADY, type Unready } from './readiness.js'

it('what Prometheus is told of readiness has one series for each cause, and is asked anew each time (SR-G11)', async () => {
  let cause: Unready | undefined
  const registry = new Registry()
  addReadiness(registry, async () => cause)
  const told = async () =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('otp_unready'))
  for (cause of [undefined, 'store', 'keys', undefined] as const) {
    const lines = UNREADY.map((one) => `otp_unready{because="${one}"} ${one === cause ? 1 : 0}`)
    expect(await told()).toEqual(lines)
  }
})
