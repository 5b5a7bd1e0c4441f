import type { Chance } from './chance.js'
import type { NewDefence, Sent } from './defence.js'
import { DAY, HOUR, MIDNIGHT, type Visit } from './visit.js'

/** Share of visitors, and of bots, who solve a challenge. That of bots is as bad as it is thought to get. */
const SOLVING = { visitor: 0.96, bot: 0.9 }

/** How often each rule refused somebody. */
export type Tally = Record<string, number>

/** What became of the visits. Visitors are counted within the period, fraud always. */
export interface Outcome {
  fraudRequests: number
  fraudSent: number
  /** Fraudulent messages that were sent until the end of each hour after the period began. */
  fraudByHour: number[]
  /** Most fraudulent messages that any one number got in a day. */
  mostToOneNumber: number
  legitStarts: number
  legitRefused: number
  legitChallenged: number
  refusals: { fraud: Tally; legit: Tally }
}

/** When the attack, or what is measured, begins, and until when visitors are counted; in seconds. */
export interface Period {
  from: number
  until: number
}

interface Later {
  at: number
  happen(): Promise<unknown>
}

/** Plays visits, in the order of their times, against a defence. */
export async function play(
  visits: readonly Visit[],
  newDefence: NewDefence,
  { from, until }: Period,
  chance: Chance,
): Promise<Outcome> {
  let time = 0
  const defence = newDefence(() => MIDNIGHT + Math.round(time * 1000))
  const agenda: Later[] = []
  const perDay = new Map<string, number>()
  const outcome: Outcome = {
    ...{ fraudRequests: 0, fraudSent: 0, fraudByHour: [], mostToOneNumber: 0 },
    ...{ legitStarts: 0, legitRefused: 0, legitChallenged: 0, refusals: { fraud: {}, legit: {} } },
  }

  function plan(later: Later): void {
    agenda.splice(agenda.findLastIndex(({ at }) => at <= later.at) + 1, 0, later)
  }

  function follow({ again, proves }: Visit, sent: Sent): void {
    const begun = time
    const enter = (at: number) =>
      void (proves !== undefined && plan({ at: at + proves, happen: sent.proven }))
    if (again === undefined) return enter(begun)
    const at = begun + again
    // Nobody can enter the code of a message that did not come.
    plan({ at, happen: async () => (await sent.again()) && enter(at) })
  }

  async function visit(visit: Visit): Promise<void> {
    const { legit, at, phone } = visit
    const counted = !legit || (at >= from && at < until)
    let answer = await defence.start(visit, false)
    if ('refused' in answer && answer.refused === 'challenge_required') {
      if (legit && counted) outcome.legitChallenged++
      if (chance.unit() < (legit ? SOLVING.visitor : SOLVING.bot)) answer = await defence.start(visit, true)
    }
    if (!('refused' in answer)) follow(visit, answer)
    if (!counted) return
    if (legit) outcome.legitStarts++
    else outcome.fraudRequests++
    if ('refused' in answer) {
      const tally = legit ? outcome.refusals.legit : outcome.refusals.fraud
      tally[answer.rule] = (tally[answer.rule] ?? 0) + 1
      if (legit) outcome.legitRefused++
    } else if (!legit) {
      outcome.fraudSent++
      const key = `${phone} ${Math.floor((at - from) / DAY)}`
      const got = (perDay.get(key) ?? 0) + 1
      perDay.set(key, got)
      outcome.mostToOneNumber = Math.max(outcome.mostToOneNumber, got)
    }
  }

  function endHours(at: number): void {
    while (outcome.fraudByHour.length < Math.floor((at - from) / HOUR))
      outcome.fraudByHour.push(outcome.fraudSent)
  }

  for (const one of visits) {
    while (agenda[0] && agenda[0].at <= one.at) {
      const { at, happen } = agenda.shift()!
      time = at
      await happen()
    }
    time = one.at
    endHours(time)
    await visit(one)
  }
  outcome.fraudByHour.push(outcome.fraudSent)
  return outcome
}
