import type { ServerEvent } from './events.js'

/** An event as a log holds it. */
export type Logged = ServerEvent & {
  /** When it was logged, in ISO 8601, UTC. */
  time: string
}

/** Longest line of ours, in characters. */
const LONGEST_LINE = 10_000

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/**
 * Reads the events of a log, one after the other. Skips lines that no server of ours wrote, and what a log collector has put
 * before one of ours.
 */
export async function* readLog(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Logged> {
  for await (const line of linesOf(chunks)) {
    const logged = parse(line)
    if (logged) yield logged
  }
}

async function* linesOf(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n')
    rest = lines.pop()!
    yield* lines
    // A longer line is not ours, and neither is the rest of it.
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE)
  }
  yield rest
}

function parse(line: string): Logged | undefined {
  const start = line.indexOf('{')
  if (start < 0 || line.length > LONGEST_LINE || !line.includes('"event"')) return undefined
  let value: unknown
  try {
    value = JSON.parse(line.slice(start))
  } catch {
    return undefined
  }
  // Collectors of logs add objects of their own; every member of ours is plain.
  const members = Object.entries(value as object).filter(([, one]) => one === null || typeof one !== 'object')
  const logged = Object.fromEntries(members) as Partial<Logged>
  // What an operator is shown must not move the cursor.
  const shown = members.every(([, one]) => !/\p{C}/u.test(String(one)))
  const { event, time } = logged
  return typeof event === 'string' && typeof time === 'string' && TIME.test(time) && shown
    ? (logged as Logged)
    : undefined
}
