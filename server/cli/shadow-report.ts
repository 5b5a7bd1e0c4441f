import type { Pricing } from '../guard/bound.js'
import type { Logged } from '../observe/read-log.js'
import type { Rule } from '../refusal/reasons.js'

type Shadowed = Extract<Logged, { event: 'shadowed' }>

/** What one rule of the guard would have refused outside shadow mode. */
export interface RuleReport {
  rule: Rule
  /** Messages that it would have refused. */
  messages: number
  /** Numbers to which these would have gone. */
  numbers: number
  /** How many of these numbers were proven after a message that would have been refused: the most visitors that would be lost. */
  lost: number
}

/** What the guard of one site would have done. */
export interface SiteReport extends Omit<RuleReport, 'rule'> {
  sitekey: string
  /** Messages that were sent, those that it would have refused included. */
  sent: number
  /** Messages that were sent though it would have refused them. */
  saved: number
  /** What those cost, where the prices of all of them are known. */
  savedMoney: number | undefined
  /** Messages before which it would have asked the visitor to solve a challenge. They are not among the refused. */
  challenged: number
  rules: RuleReport[]
}

/** What a log says about guards in shadow mode. */
export interface ShadowReport {
  /** Times of the first and the last event of the log; `undefined` where it has none. */
  from: string | undefined
  to: string | undefined
  sites: SiteReport[]
}

/** The messages to one number at one site that would have been refused. */
interface Story {
  /** Rules that would have turned it away since it was last proven. */
  open: Set<Rule>
  /** Country of a message that has not been seen sent yet. */
  pending: string | undefined
}

/** Counts for one site, with the numbers behind them. */
interface Counting {
  sent: number
  saved: number
  money: number | undefined
  challenged: number
  stories: Map<string, Story>
  rules: Map<Rule, { messages: number; numbers: Set<string>; lost: Set<string> }>
}

/**
 * Reports what the guard would have refused, from the events of servers in shadow mode.
 *
 * @param price of a message to a country, if it is known.
 */
export async function shadowReport(log: AsyncIterable<Logged>, price?: Pricing): Promise<ShadowReport> {
  const sites = new Map<string, Counting>()
  let from: string | undefined
  let to: string | undefined
  for await (const one of log) {
    from = from === undefined || one.time < from ? one.time : from
    to = to === undefined || one.time > to ? one.time : to
    if ('sitekey' in one && one.sitekey !== undefined) count(countingOf(sites, one.sitekey), one, price)
  }
  return {
    ...{ from, to },
    sites: [...sites].map(([sitekey, counting]) => reportOf(sitekey, counting, price !== undefined)),
  }
}

function countingOf(sites: Map<string, Counting>, sitekey: string): Counting {
  const counting = sites.get(sitekey) ?? {
    ...{ sent: 0, saved: 0, money: 0, challenged: 0 },
    ...{ stories: new Map<string, Story>(), rules: new Map() },
  }
  sites.set(sitekey, counting)
  return counting
}

function count(counting: Counting, one: Logged, price: Pricing): void {
  switch (one.event) {
    case 'shadowed':
      return countShadowed(counting, one)
    case 'sent': {
      counting.sent++
      const story = counting.stories.get(one.ref)
      if (story?.pending === undefined) return
      counting.saved++
      const cost = price?.(story.pending, one.channel)
      if (counting.money !== undefined)
        counting.money = cost === undefined ? undefined : counting.money + cost
      story.pending = undefined
      return
    }
    case 'refused': {
      // No budget had room for it either, or it could not be sent.
      const story = one.ref === undefined ? undefined : counting.stories.get(one.ref)
      if (story && one.operation !== 'check') story.pending = undefined
      return
    }
    case 'verified': {
      const story = counting.stories.get(one.ref)
      for (const rule of story?.open ?? []) counting.rules.get(rule)!.lost.add(one.ref)
      story?.open.clear()
      return
    }
    default:
  }
}

function countShadowed(counting: Counting, { rule, ref, country, code }: Shadowed): void {
  // A check sends nothing.
  if (rule === 'checks') return
  if (code === 'challenge_required') {
    counting.challenged++
    return
  }
  const story = counting.stories.get(ref) ?? { open: new Set(), pending: undefined }
  counting.stories.set(ref, story)
  // A visitor who is told to wait a moment is not lost.
  if (code === 'cannot_send') story.open.add(rule)
  story.pending = country
  const kept = counting.rules.get(rule) ?? { messages: 0, numbers: new Set(), lost: new Set() }
  counting.rules.set(rule, kept)
  kept.messages++
  kept.numbers.add(ref)
}

function reportOf(sitekey: string, counting: Counting, priced: boolean): SiteReport {
  const { sent, saved, money, challenged, stories } = counting
  const rules = [...counting.rules].map(([rule, { messages, numbers, lost }]): RuleReport => ({
    ...{ rule, messages, numbers: numbers.size, lost: lost.size },
  }))
  const lost = new Set([...counting.rules.values()].flatMap((one) => [...one.lost]))
  return {
    ...{ sitekey, sent, saved, challenged },
    messages: rules.reduce((sum, one) => sum + one.messages, 0),
    numbers: stories.size,
    lost: lost.size,
    savedMoney: priced ? money : undefined,
    rules: rules.toSorted((a, b) => b.messages - a.messages),
  }
}
