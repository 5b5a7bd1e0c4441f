/** With how many entries a map begins to look for what it may forget. */
const FEW = 1000

/** How often, at most, a full map looks for what it may forget, in milliseconds. */
const FULL_SWEEP_INTERVAL = 1000

/** A map whose entries are forgotten at a time of their own, and which refuses to grow beyond `capacity`. */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, { value: V; until: number }>()
  readonly #capacity: number
  readonly #now: () => number
  #lastSweep = -Infinity
  #nextSweepSize = FEW

  /**
   * @param capacity most entries held at once.
   * @param now milliseconds since 1970.
   */
  constructor(capacity: number, now: () => number) {
    this.#capacity = capacity
    this.#now = now
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.until > this.#now() ? entry.value : undefined
  }

  /**
   * Keeps `value` until `until` (milliseconds since 1970).
   *
   * @returns `false`, keeping nothing, when the map is full; nothing living is evicted to make room.
   */
  set(key: string, value: V, until: number): boolean {
    this.#sweep()
    if (!this.#entries.has(key) && this.#entries.size >= this.#capacity) return false
    this.#entries.set(key, { value, until })
    return true
  }

  /** Everything that is not forgotten. */
  values(): V[] {
    const now = this.#now()
    return [...this.#entries.values()].filter(({ until }) => until > now).map(({ value }) => value)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  // One pass over everything when the map is twice as large as the last one left it, so that each entry pays for two
  // looks: a timer for each would cost more than the entry.
  #sweep(): void {
    const now = this.#now()
    const due =
      this.#entries.size < this.#capacity
        ? this.#entries.size >= this.#nextSweepSize
        : now >= this.#lastSweep + FULL_SWEEP_INTERVAL
    if (!due) return
    this.#lastSweep = now
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key)
    this.#nextSweepSize = Math.max(FEW, 2 * this.#entries.size)
  }
}
