import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { end } from './built.js'
import type { Instances } from './instances.js'
import { wholeVisit, type Balancer } from './whole-visit.js'

/** Seconds that an instance leaves its balancer to notice that it is to stop. */
export const STOP_DELAY = '2'

/** Milliseconds between two looks of the balancer at each instance. */
const LOOK = 150
const VISITORS = 3

/** Sends calls to instances that say they are ready, in turn, and never tries one again: what fails has failed. */
function balancer({ addresses, admins }: Instances) {
  const ready = new Set(addresses)
  let turn = 0
  let isOver = false
  const send: Balancer = async (call) => {
    while (ready.size === 0) await wait(LOOK)
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

/**
 * Restarts each instance in its turn while visitors come and go, and expects that no visit is lost.
 *
 * @param around what is done before the first restart and after the last; visits go on meanwhile.
 */
export async function restartUnderLoad(
  instances: Instances,
  around: { before?: () => Promise<void>; after?: () => Promise<void> } = {},
): Promise<void> {
  const { sandbox, children, addresses } = instances
  const { send, ready, stop } = balancer(instances)
  let visits = 0
  let done = false

  async function keepVisiting(): Promise<void> {
    while (!done) await wholeVisit(send, sandbox, `+1202${5551000 + visits++}`)
  }

  async function someVisits(): Promise<void> {
    const sofar = visits
    await expect.poll(() => visits, { timeout: 20_000 }).toBeGreaterThan(sofar + VISITORS)
  }

  async function restartAll(): Promise<void> {
    await around.before?.()
    for (let index = 0; index < children.length; index++) {
      await someVisits()
      await end(children[index]!)
      expect(children[index]).toMatchObject({ exitCode: 0 })
      await instances.restart(index)
      await expect.poll(() => ready.has(addresses[index]!)).toBe(true)
    }
    await around.after?.()
    await someVisits()
  }

  const restarts = restartAll().finally(() => (done = true))
  await Promise.all([restarts, ...Array.from({ length: VISITORS }, keepVisiting)]).finally(stop)
}
