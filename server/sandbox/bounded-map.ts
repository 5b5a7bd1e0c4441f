/** A map that forgets its oldest entry rather than hold more than `capacity`. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #capacity: number

  constructor(capacity: number) {
    super()
    this.#capacity = capacity
  }

  override set(key: Key, value: Value): this {
    super.set(key, value)
    if (this.size > this.#capacity) this.delete(this.keys().next().value!)
    return this
  }
}
