/** Numbers that look random and are the same for the same seed. */
export interface Chance {
  /** At least 0 and less than 1. */
  unit(): number
  between(low: number, high: number): number
  /** A whole number from 0 up to, and without, `below`. */
  whole(below: number): number
  pick<T>(among: readonly T[]): T
}

/** Mulberry32: quick, and even enough for traffic. */
export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed, 0x9e3779b1)
  function unit() {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (below: number) => Math.floor(unit() * below)
  return {
    unit,
    whole,
    between: (low, high) => low + unit() * (high - low),
    pick: (among) => among[whole(among.length)]!,
  }
}
