import type { Part } from './limits.js'

/** With how many entries a map begins to look for what it may forget. */
const FEW = 1000

/** How often, at most, a full room looks for what it may forget, in milliseconds. */
const FULL_SWEEP_INTERVAL = 1000

/**
 * Bytes that an entry takes beside the characters of its key and its value: its place in the map, twice while the map
 * grows, and the headers of what it consists of.
 */
const OVERHEAD = 208

/** Room for so many bytes, which the maps in it share. Nobody can ask V8 what a thing takes, so they are estimated. */
export class Room {
  readonly now: () => number
  readonly #bytes: number
  readonly #maps: ExpiringMap<unknown>[] = []
  #used = 0
  #lastSweep = -Infinity

  /** @param now milliseconds since 1970. */
  constructor(bytes: number, now: () => number) {
    this.#bytes = bytes
    this.now = now
  }

  /** Lets a map count in. */
  join(map: ExpiringMap<unknown>): void {
    this.#maps.push(map)
  }

  take(bytes: number): void {
    this.#used += bytes
  }

  /** Whether so many bytes more are within that part of the room. */
  fits(bytes: number, part: Part): boolean {
    return this.#used + bytes <= part.bytes * this.#bytes
  }

  /** Forgets what is over in all maps. Not again at once: whoever floods a full room must not keep it busy. */
  sweep(): void {
    const now = this.now()
    if (now < this.#lastSweep + FULL_SWEEP_INTERVAL) return
    this.#lastSweep = now
    for (const map of this.#maps) map.sweep()
  }
}

/** What a map may hold. */
export interface MapLimits<V> {
  /** Most entries. */
  capacity: number
  /** Bytes that a value takes, or may come to take. */
  sizeOf(value: V): number
}

/**
 * A map whose entries are forgotten at a time of their own, and which refuses to grow beyond its limits. Nothing living
 * is evicted.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, { value: V; until: number; bytes: number }>()
  readonly #room: Room
  readonly #limits: MapLimits<V>
  #nextSweepSize = FEW

  constructor(room: Room, limits: MapLimits<V>) {
    this.#room = room
    this.#limits = limits
    room.join(this)
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.until > this.#room.now() ? entry.value : undefined
  }

  /**
   * Keeps `value` until `until` (milliseconds since 1970).
   *
   * @param part beyond what it is not added.
   * @returns `false`, keeping nothing, when the key is new and there is no room.
   */
  set(key: string, value: V, until: number, part: Part): boolean {
    if (this.#entries.size >= this.#nextSweepSize) this.sweep()
    const bytes = OVERHEAD + key.length + this.#limits.sizeOf(value)
    const old = this.#entries.get(key)
    if (!old && !this.#hasRoom(bytes, part)) this.#room.sweep()
    if (!old && !this.#hasRoom(bytes, part)) return false
    this.#room.take(bytes - (old?.bytes ?? 0))
    this.#entries.set(key, { value, until, bytes })
    return true
  }

  /** Everything that is not forgotten. */
  entries(): [key: string, value: V][] {
    const now = this.#room.now()
    return [...this.#entries].filter(([, { until }]) => until > now).map(([key, { value }]) => [key, value])
  }

  delete(key: string): void {
    this.#room.take(-(this.#entries.get(key)?.bytes ?? 0))
    this.#entries.delete(key)
  }

  /**
   * Forgets what is over. One pass over everything when the map is twice as large as the last one left it, so that each
   * entry pays for two looks: a timer for each would cost more than the entry.
   */
  sweep(): void {
    const now = this.#room.now()
    for (const [key, { until }] of this.#entries) if (until <= now) this.delete(key)
    this.#nextSweepSize = Math.max(FEW, 2 * this.#entries.size)
  }

  #hasRoom(bytes: number, part: Part): boolean {
    return this.#entries.size < part.keys * this.#limits.capacity && this.#room.fits(bytes, part)
  }
}
