import type { Logged } from '../observe/read-log.js'
import type { DeliveryOutcome } from '../provider/provider.js'

/** An answer that disappointed a visitor, as the log has it. */
export type Answer = Extract<Logged, { event: 'refused' | 'failure' }>

type WithRef<Event> = Event extends unknown
  ? 'ref' extends keyof Event
    ? Event & { ref: string }
    : never
  : never

/** An event that says which number it is about. */
type OfNumber = WithRef<Logged>

/** Something that happened to a number, once or several times in a row. */
export interface Moment {
  /** When it happened first, and last. */
  from: string
  to: string
  times: number
  /** In plain words. */
  what: string
}

/** What a log knows about an answer. */
export interface Explanation {
  answer: Answer
  /** What else happened to the same number that day (UTC), the answer itself included; at most the last two hundred. */
  day: readonly Moment[]
}

const MOST_MOMENTS = 200

/** Most lines held, over all days, before the day that was read longest ago is forgotten. */
const MOST_LINES = 500_000

/** What is held about all numbers while the answer is not found. */
interface Day {
  numbers: Map<string, Moment[]>
  lines: number
}

/**
 * Finds the answer with that request id, and what else the log holds of its number that day.
 *
 * The log is read once, from its beginning: what came before the answer was read before its number was known. So the days of all
 * numbers are kept until the answer is found, as another server's log may follow: half a million lines, or two days where these
 * have more.
 */
export async function findAnswer(
  log: AsyncIterable<Logged>,
  requestId: string,
): Promise<Explanation | undefined> {
  let answer: Answer | undefined
  let lines = 0
  // The one that was read last comes last.
  const days = new Map<string, Day>()
  for await (const one of log) {
    if (!answer && isAnswer(one) && one.requestId === requestId) answer = one
    if (!isOfNumber(one)) continue
    const { ref } = one
    const date = dayOf(one)
    if (answer && (ref !== refOf(answer) || date !== dayOf(answer))) continue
    const day = days.get(date) ?? { numbers: new Map<string, Moment[]>(), lines: 0 }
    days.delete(date)
    days.set(date, day)
    day.numbers.set(ref, withMoment(day.numbers.get(ref) ?? [], one))
    day.lines++
    lines++
    // Lines of several servers may cross midnight out of order.
    while (lines > MOST_LINES && days.size > 2) {
      const [longestAgo, { lines: forgotten }] = days.entries().next().value!
      days.delete(longestAgo)
      lines -= forgotten
    }
  }
  if (!answer) return undefined
  return { answer, day: inRows(days.get(dayOf(answer))?.numbers.get(refOf(answer) ?? '') ?? []) }
}

function isAnswer(one: Logged): one is Answer {
  return one.event === 'refused' || one.event === 'failure'
}

function isOfNumber(one: Logged): one is OfNumber {
  return refOf(one) !== undefined
}

function refOf(one: Logged): string | undefined {
  return 'ref' in one ? one.ref : undefined
}

function dayOf({ time }: Logged): string {
  return time.slice(0, 10)
}

/** Adds it where its time belongs. */
function withMoment(moments: Moment[], one: OfNumber): Moment[] {
  const before = moments.findLastIndex(({ from }) => from <= one.time)
  moments.splice(before + 1, 0, { from: one.time, to: one.time, times: 1, what: inWords(one) })
  return moments.length > MOST_MOMENTS ? inRows(moments).slice(-MOST_MOMENTS) : moments
}

/** What happened several times in a row becomes one moment. */
function inRows(moments: readonly Moment[]): Moment[] {
  const rows: Moment[] = []
  for (const moment of moments) {
    const last = rows.at(-1)
    if (last?.what === moment.what) {
      if (moment.to > last.to) last.to = moment.to
      last.times += moment.times
    } else rows.push({ ...moment })
  }
  return rows
}

const REPORTED: Record<DeliveryOutcome, string> = {
  delivered: 'a message arrived',
  undeliverable: 'a message did not arrive: it could not be delivered, or the number does not exist',
  expired: 'a message did not arrive: the phone was off or out of reach for too long',
  rejected: 'a message did not arrive: the provider or the mobile network refused it',
}

function inWords(one: OfNumber): string {
  switch (one.event) {
    case 'started':
      return `a message was requested (${one.channel})`
    case 'sent':
      return `a message was sent${one.resend ? ' again' : ''} (${one.channel})`
    case 'checked':
      return `a code was checked: ${one.outcome}`
    case 'verified':
      return 'the number was proven'
    case 'redeemed':
      return `a token was redeemed: ${one.outcome}`
    case 'shadowed':
      return `the guard would have refused what follows (${one.rule})`
    case 'refused':
      return `${one.operation} was refused: ${one.code}${one.reason ? ` (${one.reason})` : ''}`
    case 'delivery':
      return REPORTED[one.outcome]
    case 'mismatch':
      return 'the provider confirmed another number'
    case 'override':
      return `an operator's override: ${one.change}`
    default:
      // Another version of the server may have written the log.
      return (one satisfies never as Logged).event
  }
}
