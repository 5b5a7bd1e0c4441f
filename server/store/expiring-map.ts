import type { Part } from './limits.js'

/** Number of entries from which a map looks for what it may forget. */
const FEW = 1000

/** Least milliseconds between two searches of a full room for what it may forget. */
const FULL_SWEEP_INTERVAL = 1000

/**
 * Bytes that an entry takes besides the characters of its key and its value: its place in the map, twice while the map grows,
 * and the headers of its parts.
 */
const OVERHEAD = 208

/** Room for a number of bytes, shared by the maps in it. V8 does not say what a value takes, so sizes are estimates. */
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

  /** Makes a map share this room. */
  join(map: ExpiringMap<unknown>): void {
    this.#maps.push(map)
  }

  take(bytes: number): void {
    this.#used += bytes
  }

  /** Whether this many more bytes fit into that part of the room. */
  fits(bytes: number, part: Part): boolean {
    return this.#used + bytes <= part.bytes * this.#bytes
  }

  /** Removes expired entries from all maps. Not again at once: a flood on a full room must not keep it busy. */
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
  /** Bytes that a value takes, or may grow to. */
  sizeOf(value: V): number
}

/** A map whose entries each expire at their own time, and which refuses to grow beyond its limits. No living entry is evicted. */
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
   * @param part the part of the room that a new key may fill.
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

  /** All living entries. */
  entries(): [key: string, value: V][] {
    const now = this.#room.now()
    return [...this.#entries].filter(([, { until }]) => until > now).map(([key, { value }]) => [key, value])
  }

  delete(key: string): void {
    this.#room.take(-(this.#entries.get(key)?.bytes ?? 0))
    this.#entries.delete(key)
  }

  /**
   * Removes expired entries. One pass over everything when the map is twice as large as the last pass left it, so that each
   * entry costs two looks: a timer for each would cost more than the entry.
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
