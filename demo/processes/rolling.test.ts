import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end } from './built.js'
import { startInstances, type Instances } from './instances.js'
import { wholeVisit, type Balancer } from './whole-visit.js'

/** Milliseconds between two looks of the balancer at each instance; a second is left to notice that one is to stop. */
const LOOK = 150
const STOP_DELAY = '1'
const VISITORS = 3

/** Sends calls to instances that say they are ready, in turn, and never tries one again: what fails has failed. */
function balancer({ addresses, admins }: Instances) {
  const ready = new Set(addresses)
  let turn = 0
  let isOver = false
  const send: Balancer = (call) => {
    const usable = addresses.filter((address) => ready.has(address))
    return call(usable[turn++ % usable.length]!)
  }
  const watching = (async () => {
    while (!isOver) {
      for (const [index, admin] of admins.entries()) {
        const answer = await fetch(`${admin}/readyz`).catch(() => undefined)
        await answer?.body?.cancel()
        if (answer?.ok) ready.add(addresses[index]!)
        else ready.delete(addresses[index]!)
      }
      await wait(LOOK)
    }
  })()
  const stop = () => {
    isOver = true
    return watching
  }
  return { send, ready, stop }
}

describe('two processes behind a balancer that looks at /readyz and tries nothing twice', () => {
  let instances: Instances
  beforeAll(async () => {
    const env = () => ({ OTP_STOP_DELAY: STOP_DELAY })
    instances = await startInstances(2, (folder) => `sqlite:${join(folder, 'store.db')}`, { env })
  }, 60_000)
  afterAll(() => instances.stop())

  it('tell how they are without a word to Infobip', async () => {
    const { sandbox, admins } = instances
    const before = sandbox.requests().length
    for (const path of ['/healthz', '/readyz', '/metrics'])
      for (const admin of admins) expect((await fetch(admin + path)).status).toBe(200)
    expect(sandbox.requests()).toHaveLength(before)
  })

  it('lose no visit when each is restarted in its turn', async () => {
    const { sandbox, children, addresses } = instances
    const { send, ready, stop } = balancer(instances)
    let visits = 0
    let done = false

    async function keepVisiting(): Promise<void> {
      while (!done) await wholeVisit(send, sandbox, `+1202${5551000 + visits++}`)
    }

    async function restartAll(): Promise<void> {
      for (let index = 0; index < children.length; index++) {
        const before = visits
        await expect.poll(() => visits, { timeout: 20_000 }).toBeGreaterThan(before + VISITORS)
        await end(children[index]!)
        expect(children[index]).toMatchObject({ exitCode: 0 })
        await instances.restart(index)
        await expect.poll(() => ready.has(addresses[index]!), { timeout: 10_000 }).toBe(true)
      }
    }

    const restarts = restartAll().finally(() => (done = true))
    await Promise.all([restarts, ...Array.from({ length: VISITORS }, keepVisiting)]).finally(stop)
  }, 120_000)
})
