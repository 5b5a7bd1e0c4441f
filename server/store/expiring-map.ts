/** How often, at most, a map looks for what it may forget, in milliseconds; and how often while it is full. */
const SWEEP_INTERVAL = 10_000
const FULL_SWEEP_INTERVAL = 1000

/** A map whose entries are forgotten at a time of their own, and which refuses to grow beyond `capacity`. */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, { value: V; until: number }>()
  readonly #capacity: number
  readonly #now: () => number
  #lastSweep = -Infinity

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

  // One pass over everything at fixed intervals: a timer for each entry would cost more than the entry.
  #sweep(): void {
    const now = this.#now()
    const interval = this.#entries.size < this.#capacity ? SWEEP_INTERVAL : FULL_SWEEP_INTERVAL
    if (now < this.#lastSweep + interval) return
    this.#lastSweep = now
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key)
  }
}
