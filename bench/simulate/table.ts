import { OURS, type Result } from './compare.js'
import type { Tally } from './run.js'

/** What a message costs, in dollars, where fraud goes. */
const PRICE = 0.095

const HEAD = [
  'scenario',
  'defence',
  'fraud asked',
  'sent',
  'lost',
  'visitors',
  'refused',
  'share',
  'challenged',
]

/** The figures for programs. */
export function figures(results: readonly Result[]) {
  return {
    scenarios: results.map(({ name, outcome }) => {
      const { fraudRequests, fraudSent, legitStarts, legitRefused, legitChallenged } = outcome
      return {
        name,
        fraudRequests,
        fraudSent,
        moneyLost: Math.round(fraudSent * PRICE * 100) / 100,
        legitStarts,
        legitRefused,
        legitRefusedRatio: legitStarts > 0 ? legitRefused / legitStarts : 0,
        legitChallenged,
      }
    }),
  }
}

/** The figures for people: a table, and which of the guard's rules refused whom. */
export function table(results: readonly Result[]): string {
  const rows = figures(results).scenarios.map((row, n) => [
    results[n]!.scenario,
    results[n]!.defence,
    whole(row.fraudRequests),
    whole(row.fraudSent),
    `$${whole(row.moneyLost)}`,
    whole(row.legitStarts),
    whole(row.legitRefused),
    `${(100 * row.legitRefusedRatio).toFixed(2)} %`,
    whole(row.legitChallenged),
  ])
  const widths = HEAD.map((head, n) => Math.max(head.length, ...rows.map((row) => row[n]!.length)))
  const lines = [HEAD, ...rows].map((row) =>
    row.map((cell, n) => (n < 2 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!))).join('  '),
  )
  const ours = results.filter(({ defence }) => defence === OURS)
  const reasons = ours.map(({ scenario, outcome: { refusals, mostToOneNumber } }) =>
    [
      `${scenario}: fraud refused by ${inWords(refusals.fraud)}`,
      `visitors by ${inWords(refusals.legit)}`,
      `most fraud to one number in a day: ${mostToOneNumber}`,
    ].join('; '),
  )
  return [...lines, '', ...reasons].join('\n')
}

function inWords(tally: Tally): string {
  const rules = Object.entries(tally).sort(([, one], [, other]) => other - one)
  return rules.map(([rule, count]) => `${rule} ${whole(count)}`).join(', ') || 'nothing'
}

function whole(n: number): string {
  return n.toLocaleString('en', { maximumFractionDigits: n > 0 && n < 10 ? 1 : 0 })
}
