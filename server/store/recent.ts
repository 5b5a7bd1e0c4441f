/** Milliseconds for which an answer is counted on. */
const AGE = 1000

/**
 * The time of `now` without asking each time: asked once a second, and carried on in between by a clock of this process.
 *
 * @param steady milliseconds since any moment.
 */
export function recently(now: () => Promise<number>, steady: () => number): () => Promise<number> {
  let told: { at: number; by: number } | undefined
  return async function recent() {
    const passed = told === undefined ? AGE : steady() - told.by
    if (told !== undefined && passed < AGE) return told.at + Math.floor(passed)
    const at = await now()
    told = { at, by: steady() }
    return at
  }
}
