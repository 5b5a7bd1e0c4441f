import { Gauge, type Registry } from 'prom-client'
import { budgetAccounts, MICRO, type BudgetAccount } from '../guard/budget.js'
import type { Site, Sites } from '../site/site.js'
import type { Store } from '../store/store.js'

/** What a site may use of a UTC day. */
export interface Budget {
  sitekey: string
  account: 'messages' | 'money'
  /** Messages, or units of money. */
  limit: number
}

/** What all sites have used of today's budgets, on all servers of the store. @throws StoreError */
export async function readBudgets(store: Store, sites: Sites): Promise<(Budget & { used: number })[]> {
  const accounts = accountsOf(sites, await store.recent())
  const held = await store.sums(accounts.map(({ key }) => key))
  return accounts.map((one, n) => ({ ...budgetOf(one), used: held[n]! / unitOf(one) }))
}

/** Adds budgets to the metrics. What is used is read whenever metrics are; while the store is away it is left out. */
export function addBudgets(registry: Registry, store: Store, sites: Sites): void {
  const labelNames = ['sitekey', 'account'] as const
  const registers = [registry]
  const limits = new Gauge({
    name: 'otp_budget_limit',
    help: 'What a site may use of a UTC day, in messages and in money.',
    ...{ labelNames, registers },
  })
  for (const { limit, ...labels } of accountsOf(sites, 0).map(budgetOf)) limits.set(labels, limit)
  new Gauge({
    name: 'otp_budget_used',
    help: 'What a site has used of today, on all servers of the store.',
    ...{ labelNames, registers },
    async collect() {
      this.reset()
      const budgets = await readBudgets(store, sites).catch(() => [])
      for (const { sitekey, account, used } of budgets) this.set({ sitekey, account }, used)
    },
  })
}

interface SiteAccount extends BudgetAccount {
  site: Site
}

function accountsOf(sites: Sites, now: number): SiteAccount[] {
  return [...sites.values()].flatMap((site) =>
    budgetAccounts(site, now).map((account) => ({ ...account, site })),
  )
}

function budgetOf(one: SiteAccount): Budget {
  const account = one.name === 'budget' ? 'messages' : 'money'
  return { sitekey: one.site.sitekey, account, limit: one.limit / unitOf(one) }
}

function unitOf({ name }: BudgetAccount): number {
  return name === 'budget' ? 1 : MICRO
}
