// What the benchmarks share: on a machine that others use too, only medians of rounds that take turns can be compared.

/** How often the same is tried: on a busy machine an answer may come too late. */
const TRIES = 5

/** Does some work, again where it fails. @throws what the last try threw */
export async function trying(work) {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES) throw error
    }
  }
}

/** The middle of some figures. */
export function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}

/** A figure with `digits` digits behind the point. */
export function rounded(value, digits) {
  return Number(value.toFixed(digits))
}

/**
 * Measures some things in turns, round by round, after a first round that warms them up and does not count.
 *
 * @param measures by name; each measures once.
 * @returns by name the figures of each round
 */
export async function inTurns(measures, rounds) {
  const figures = Object.fromEntries(Object.keys(measures).map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const [name, measure] of Object.entries(measures)) {
      const figure = await measure()
      if (round >= 0) figures[name].push(figure)
    }
  }
  return figures
}

/** The median over the rounds of how many times one thing's figure is another's in the same round. */
export function timesOf(figures, others) {
  return median(figures.map((figure, round) => figure / others[round]))
}
