import { Command } from 'commander'
import { readConfig } from '../config/config.js'
import type { Environment } from '../config/sources.js'
import { boundOf, type Bound } from '../guard/bound.js'

interface Options {
  config?: string
  json?: true
}

/** `otp-verify bound`. @param print takes what goes to the standard output. */
export function boundCommand(env: Environment, print: (text: string) => void): Command {
  return new Command('bound')
    .description('say what the worst day costs under this configuration')
    .option('--config <file>', 'configuration file')
    .option('--json', 'for scripts')
    .action(async (options: Options) => {
      const { sites, prices, infobip } = await readConfig(env, options.config)
      const bounds = [...sites.values()].map((site) => boundOf(site, prices?.of))
      if (options.json) return print(JSON.stringify({ currency: prices?.currency, sites: bounds }))
      print(bounds.map((bound) => sentences(bound, prices?.currency).join('\n')).join('\n\n'))
      if (prices) print(['', ...meaning(infobip?.numberLookup ?? false)].join('\n'))
    })
}

function sentences(
  { sitekey, messages, cost, unproven, unprovenCost, countries }: Bound,
  currency?: string,
): string[] {
  const money = (amount: number | undefined) =>
    amount === undefined ? '' : `, ${amount.toFixed(2)} ${currency}`
  const listed = countries.toSorted((a, b) => (b.price ?? 0) * b.messages - (a.price ?? 0) * a.messages)
  return [
    `${sitekey}: the worst day costs ${messages} messages${money(cost)}.`,
    `  Of these, ${unproven}${money(unprovenCost)} at most to ranges of numbers where nobody has ever entered a code:`,
    ...listed
      .slice(0, LISTED)
      .map(
        (one) =>
          `    ${one.country}  ${one.messages} messages${money(one.price && one.price * one.messages)}`,
      ),
    ...(listed.length > LISTED
      ? [`    and ${listed.length - LISTED} more countries with at most as much each`]
      : []),
    ...(cost === undefined
      ? [
          `  Without ${currency ? 'voicePrices' : 'prices'} in the configuration file there is no bound in money.`,
        ]
      : []),
  ]
}

/** What the prices have to be, for the money to be true. */
function meaning(numberLookup: boolean): string[] {
  return [
    'Money is true where a price is that of one whole message with all its parts (otp-verify lint-template),',
    'and of a call where that is the dearer and may be made.',
    ...(numberLookup ? ['numberLookup is on: each of prices has to have one lookup in it.'] : []),
  ]
}

/** Countries that are named. */
const LISTED = 20
