import { pausesOf, type Paused } from '../guard/pause.js'
import type { Day, DaySoFar } from '../observe/day.js'
import type { Sites } from '../site/site.js'
import type { Store } from '../store/store.js'
import { readBudgets, type Budget } from './budgets.js'

/** What the operator's page shows. Holds no number and nobody's address. */
export interface OperatorReport {
  /** Milliseconds since 1970. */
  now: number
  startedAt: number
  /** Servers on the store. Everything except the budgets and the pauses is about this one only. */
  servers: number
  sites: { sitekey: string; shadow: boolean }[]
  day: DaySoFar
  /** For all servers together; `undefined` while the store is away. */
  budgets?: (Budget & { used: number })[]
  pauses?: Paused[]
}

/** What a report is made of. */
export interface ReportDeps {
  day: Day
  store: Store
  sites: Sites
  startedAt: number
  servers: () => number
  now: () => number
}

/** Collects everything once. Never rejects. */
export async function operatorReport(deps: ReportDeps): Promise<OperatorReport> {
  const { day, store, sites, startedAt, servers, now } = deps
  const stored = await Promise.all([readBudgets(store, sites), pausesOf(store, sites)]).catch(() => undefined)
  return {
    ...{ now: now(), startedAt, servers: servers() },
    sites: [...sites.values()].map(({ sitekey, shadow }) => ({ sitekey, shadow })),
    day: day.read(),
    ...(stored && { budgets: stored[0], pauses: stored[1] }),
  }
}
