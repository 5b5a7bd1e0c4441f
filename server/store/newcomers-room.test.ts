import { describe, expect, it } from 'vitest'
import { tally } from './test/bench.js'
import { fill, machineStores } from './test/machine-stores.js'

const MEGABYTE = 2 ** 20
const DAY = 24 * 60 * 60_000

const { stores } = machineStores()

describe.each(stores)('a %s store that has little room for newcomers', (_, open) => {
  it('refuses who has no room without taking it from those who come at the same moment (SR-D20)', async () => {
    const store = open({ now: () => 0, capacity: 10 })
    const charges = (...names: string[]) => names.map((name) => tally(name, 3, DAY))
    for (let n = 0; n < 8; n++) await store.consume(charges(`account ${n}`))
    const all = [charges('a', 'b', 'c'), charges('d'), charges('e'), charges('f')]
    const outcomes = await Promise.allSettled(all.map((one) => store.consume(one)))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected'])
    await store.close()
  })

  it.each([
    ['keys', { capacity: 400 }],
    ['bytes', { capacity: 100_000, bytes: MEGABYTE }],
  ])('leaves newcomers a quarter of their %s, however many calls are refused (SR-D20)', async (_, limits) => {
    const store = open({ now: () => 0, ...limits })
    const shut = tally('shut', 0, DAY)
    const refuse = (n: number) =>
      store.consume([{ ...tally(`refused caller ${n}`, 60, DAY), insteadOf: ['shut'] }, shut])
    const start = (n: number) => [tally(`account ${n}`, 3, DAY)]
    for (let n = 0; n < 10_000; n++) expect(await refuse(n)).toMatchObject({ refused: 'shut' })
    let taken = 0
    await fill((n) => store.consume(start(n)).then(() => taken++))
    const refused = Array.from({ length: 10_000 }, (_, n) => `refused caller ${n}`)
    const kept = (await store.sums(refused)).filter((sum) => sum > 0).length
    expect(taken / (taken + kept)).toBeGreaterThan(0.2)
    expect(taken / (taken + kept)).toBeLessThan(0.3)
    await store.close()
  })
})
