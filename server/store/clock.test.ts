import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharedClock, type Anchor, type AnchorPlace, type TimeSources } from './clock.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1)

/** A machine whose time the test turns, and the place where its processes keep their anchor. */
function machine() {
  const time = { wall: START, uptime: 50_000, steady: 7_000, boot: 'first' }
  const sources: TimeSources = {
    wall: () => time.wall,
    uptime: () => time.uptime,
    steady: () => time.steady,
    get boot() {
      return time.boot
    },
  }
  let kept: Anchor | undefined
  const place: AnchorPlace = (choose) => (kept = choose(kept))
  return {
    sources,
    /** A clock of another process. */
    clock: () => sharedClock(sources, place),
    run(ms: number) {
      time.wall += ms
      time.uptime += ms
      time.steady += ms
    },
    sleep(ms: number) {
      time.wall += ms
      time.uptime += ms
    },
    setSystemClock(ms: number) {
      time.wall += ms
    },
    reboot(ms: number) {
      time.wall += ms
      Object.assign(time, { uptime: 3000, steady: 0, boot: 'second' })
    },
  }
}

describe('the clock', () => {
  it('starts with the system’s time and goes on by the millisecond', () => {
    const { clock, run } = machine()
    const now = clock()
    expect(now()).toBe(START)
    for (let ms = 1; ms <= 25; ms++) {
      run(1)
      expect(now()).toBe(START + ms)
    }
  })

  it('is right after the machine slept', () => {
    const { clock, run, sleep } = machine()
    const now = clock()
    now()
    sleep(8 * 60 * MINUTE)
    run(10)
    expect(now()).toBe(START + 8 * 60 * MINUTE + 10)
  })

  it('is not moved when the system’s clock is set by five minutes either way (SR-D24)', () => {
    for (const jump of [5 * MINUTE, -5 * MINUTE]) {
      const { clock, run, setSystemClock } = machine()
      const now = clock()
      now()
      setSystemClock(jump)
      run(2000)
      expect(now()).toBe(START + 2000)
    }
  })

  it('is the same in a process that starts after the system’s clock was set (SR-D24)', () => {
    const { clock, run, setSystemClock } = machine()
    const first = clock()
    first()
    setSystemClock(-5 * MINUTE)
    run(1000)
    const second = clock()
    expect(second()).toBe(START + 1000)
    expect(first()).toBe(START + 1000)
  })

  it('believes the system’s clock once that is more than six minutes ahead, in all processes', () => {
    const { clock, run, setSystemClock } = machine()
    const [first, second] = [clock(), clock()]
    first()
    second()
    setSystemClock(6 * MINUTE + 1)
    run(10)
    expect(first()).toBe(START + 6 * MINUTE + 11)
    expect(second()).toBe(START + 6 * MINUTE + 11)
  })

  it('is right at once, in all processes, when a system’s clock that was an hour ahead is put right', () => {
    const { clock, run, setSystemClock } = machine()
    const [first, second] = [clock(), clock()]
    first()
    second()
    setSystemClock(60 * MINUTE)
    run(2000)
    for (const now of [first, second, clock()]) expect(now()).toBe(START + 60 * MINUTE + 2000)
    setSystemClock(-60 * MINUTE)
    run(1000)
    for (const now of [first, second, clock()]) expect(now()).toBe(START + 3000)
    run(1)
    expect(first()).toBe(START + 3001)
  })

  it('follows within a second what another process has agreed upon', () => {
    const { clock, run, setSystemClock } = machine()
    const [first, second] = [clock(), clock()]
    second()
    setSystemClock(7 * MINUTE)
    run(10)
    first()
    // Only the first one has seen how far it was away.
    setSystemClock(-5 * MINUTE)
    run(1000)
    expect(second()).toBe(START + 7 * MINUTE + 1010)
    expect(first()).toBe(START + 7 * MINUTE + 1010)
  })

  it('starts anew with the machine, however soon', () => {
    const { clock, reboot } = machine()
    clock()()
    reboot(MINUTE)
    expect(clock()()).toBe(START + MINUTE)
  })

  it('never runs backwards, and is one for all processes while the system’s is off by at most five minutes', () => {
    const step = fc.oneof(
      fc.record({ does: fc.constantFrom('run', 'sleep'), by: fc.nat(20_000) }),
      fc.record({ does: fc.constant('set'), by: fc.integer({ min: -5 * MINUTE, max: 5 * MINUTE }) }),
    )
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, run, sleep, setSystemClock } = machine()
        const clocks = [clock(), clock(), clock()]
        let latest = clocks[0]!()
        let off = 0
        for (const [n, { does, by }] of steps.entries()) {
          if (does === 'run') run(by)
          else if (does === 'sleep') sleep(by)
          else {
            setSystemClock(by - off)
            off = by
          }
          // As much as passes until a clock looks again at how long it has slept.
          run(10)
          const time = clocks[n % 3]!()
          expect(time).toBeGreaterThanOrEqual(latest)
          expect(clocks[(n + 1) % 3]!()).toBe(time)
          latest = time
        }
      }),
    )
  })
})
