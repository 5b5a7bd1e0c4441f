import { beforeEach, describe, expect, it } from 'vitest'
import { namesUnder } from './names.js'
import { enact } from './overrides.js'
import { GuardBench, numbered, spread } from './test/guard-bench.js'

const HOUR = 3_600_000
const CALLER = '192.0.2.1'

describe('a caller that asks for one number after the other', () => {
  let bench: GuardBench
  beforeEach(() => {
    bench = new GuardBench()
  })

  /** What it is told of so many numbers. */
  async function ask(count: number, numberOf: (n: number) => string, address = CALLER) {
    const told: string[] = []
    for (let n = 0; n < count; n++) {
      const { sent, reason } = await bench.start(numberOf(n), { address })
      told.push(sent ? 'sent' : String(reason))
    }
    return told
  }

  const times = (told: readonly string[], what: string) => told.filter((one) => one === what).length

  /** Leaves a country without credit, where two numbers are known. */
  async function known(): Promise<void> {
    for (const n of [0, 500]) await (await bench.start(spread(n))).prove!()
    bench.now += HOUR
    for (let n = 1; n < 200; n++) await bench.start(spread(n))
  }

  it('learns in a flood of no more than without one, and is then told the same of every number (SR-D01, SR-D07)', async () => {
    await known()
    const told = await ask(300, (n) => spread(1000 + n))
    expect(times(told, 'country')).toBeGreaterThanOrEqual(60)
    expect(times(told, 'country')).toBeLessThanOrEqual(90)
    expect(times(told, 'refusals')).toBe(300 - times(told, 'country'))
    expect(await bench.start(spread(0), { address: CALLER })).toEqual({
      code: 'cannot_send',
      reason: 'refusals',
    })
    expect(await bench.start(spread(0))).toMatchObject({ sent: true })
    // So that it costs the store next to nothing.
    const before = bench.asked
    expect(await ask(50, (n) => spread(1500 + n))).toEqual(Array(50).fill('refusals'))
    expect(bench.asked).toBe(before)
    bench.now += HOUR
    expect(await bench.start(spread(500), { address: CALLER })).toMatchObject({ sent: true })
  })

  it('is heard all the same where the operator allows it (SR-K07)', async () => {
    await known()
    await ask(300, (n) => spread(1000 + n))
    const scope = { of: 'number', value: spread(0) } as const
    await enact(bench.store, namesUnder(bench.digests), { scope, verdict: 'allow' }, HOUR)
    expect(await bench.start(spread(0), { address: CALLER })).toMatchObject({ sent: true })
    expect(await bench.start(spread(500), { address: CALLER })).toMatchObject({ reason: 'refusals' })
  })

  it('learns of few numbers that they were sent a message just now, and then of none (SR-D07)', async () => {
    await bench.start(numbered(1))
    // Too slow for a flood.
    const slowly = (number: string) => () => {
      bench.now += 60
      return number
    }
    const told = await ask(100, slowly(numbered(1)))
    expect(told).toEqual([...Array(60).fill('number'), ...Array(40).fill('refusals')])
    await bench.start(numbered(2))
    const before = bench.asked
    expect(await ask(40, slowly(numbered(2)))).toEqual(Array(40).fill('refusals'))
    expect(bench.asked).toBe(before)
    const solved = await bench.start(numbered(2), { address: CALLER, solved: true })
    expect(solved).toEqual({ code: 'cannot_send', reason: 'refusals' })
    expect(await bench.start(numbered(2))).toMatchObject({ code: 'rate_limited', reason: 'number' })
  })

  it('learns no more with all the addresses of its network than with some thirty (SR-D01)', async () => {
    await known()
    const told: string[] = []
    for (let n = 0; n < 40; n++) {
      // Too slow for a flood.
      const numberOf = (m: number) => {
        bench.now += 60
        return spread(1000 + 59 * n + m)
      }
      told.push(...(await ask(59, numberOf, `2001:db8:ffff:${n.toString(16)}::1`)))
    }
    // But for those of the flood before.
    expect(times(told, 'country')).toBeGreaterThanOrEqual(1920)
    expect(times(told, 'country')).toBeLessThan(1930)
    // Time brings the country a little.
    expect(times(told, 'refusals')).toBeGreaterThan(40 * 59 - 1930 - 3)
    expect(times(told, 'sent')).toBeLessThan(3)
    expect(await bench.start(spread(0))).toMatchObject({ sent: true })
  })
})
