import type { Logged } from '../observe/read-log.js'

/** An answer that a visitor did not like, as the log tells it. */
export type Answer = Extract<Logged, { event: 'refused' | 'failure' }>

/** Something that happened to a number, as often as it happened in a row. */
export interface Moment {
  /** When for the first time, and for the last. */
  from: string
  to: string
  times: number
  /** In plain words. */
  what: string
}

/** What a log knows of an answer. */
export interface Explanation {
  answer: Answer
  /** What else happened to the same number that day (UTC), the answer itself included; at most the last two hundred. */
  day: readonly Moment[]
}

const MOST_MOMENTS = 200

/**
 * Finds the answer with that request id, and what else the log holds of its number that day.
 *
 * The log is read once, from its beginning: what came before the answer was seen before anybody knew of which number it
 * is. So everybody's day is kept until the answer is found or the day is over.
 */
export async function findAnswer(
  log: AsyncIterable<Logged>,
  requestId: string,
): Promise<Explanation | undefined> {
  let answer: Answer | undefined
  const days = new Map<string, Map<string, Moment[]>>()
  for await (const one of log) {
    if (!answer && isAnswer(one) && one.requestId === requestId) answer = one
    const ref = refOf(one)
    const day = dayOf(one)
    if (ref === undefined || (answer && (ref !== refOf(answer) || day !== dayOf(answer)))) continue
    const numbers = days.get(day) ?? new Map<string, Moment[]>()
    days.set(day, numbers)
    numbers.set(ref, withMoment(numbers.get(ref) ?? [], one))
    // Lines of several servers may cross midnight out of order.
    if (!answer && days.size > 2) days.delete([...days.keys()].sort()[0]!)
  }
  if (!answer) return undefined
  return { answer, day: days.get(dayOf(answer))?.get(refOf(answer) ?? '') ?? [] }
}

function isAnswer(one: Logged): one is Answer {
  return one.event === 'refused' || one.event === 'failure'
}

function refOf(one: Logged): string | undefined {
  return 'ref' in one ? one.ref : undefined
}

function dayOf({ time }: Logged): string {
  return time.slice(0, 10)
}

function withMoment(moments: Moment[], one: Logged): Moment[] {
  const what = inWords(one)
  const last = moments.at(-1)
  if (last?.what === what) {
    last.to = one.time
    last.times++
    return moments
  }
  moments.push({ from: one.time, to: one.time, times: 1, what })
  if (moments.length > MOST_MOMENTS) moments.shift()
  return moments
}

function inWords(one: Logged): string {
  switch (one.event) {
    case 'started':
      return `a message was asked for (${one.channel})`
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
    case 'mismatch':
      return 'the provider confirmed another number'
    case 'override':
      return `an operator's override: ${one.change}`
    default:
      return one.event
  }
}
