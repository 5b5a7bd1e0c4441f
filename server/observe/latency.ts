/** Upper bounds of classes of latency, in milliseconds. What took longer than the last is counted with it. */
export const LATENCY_CLASSES = [
  ...[25, 50, 75, 100, 150, 200, 300, 400, 600, 800],
  ...[1200, 1600, 2400, 3200, 5000, 7500, 10_000],
]

/** The class of a call that took this many milliseconds. */
export function latencyClass(milliseconds: number): number {
  const index = LATENCY_CLASSES.findIndex((bound) => milliseconds <= bound)
  return index < 0 ? LATENCY_CLASSES.length - 1 : index
}

/**
 * Milliseconds that a share of calls did not exceed, as precisely as classes allow.
 *
 * @param counts calls of each class.
 * @returns `null` where there were none.
 */
export function quantile(counts: readonly number[], share: number): number | null {
  const rank = share * counts.reduce((total, count) => total + count, 0)
  if (rank === 0) return null
  let before = 0
  for (const [index, count] of counts.entries()) {
    if (before + count >= rank) {
      const [low, high] = [LATENCY_CLASSES[index - 1] ?? 0, LATENCY_CLASSES[index]!]
      return Math.round(low + ((high - low) * (rank - before)) / count)
    }
    before += count
  }
  return LATENCY_CLASSES.at(-1)!
}
