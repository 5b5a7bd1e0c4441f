import { Command } from 'commander'
import { crashWarnings } from '../assembly/crash-warnings.js'
import { readConfig, type Config } from '../config/config.js'
import type { Environment } from '../config/variables.js'
import { boundOf, type Bound, type CountryBound } from '../guard/bound.js'
import type { Terminal } from './terminal.js'

interface Options {
  config?: string
  json?: true
}

/** `otp-verify bound`. */
export function boundCommand(env: Environment, { print, warn }: Pick<Terminal, 'print' | 'warn'>): Command {
  return new Command('bound')
    .description('print the most that a day can cost')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const config = await readConfig(env, options.config)
      const { sites, prices, infobip, warnings } = config
      for (const warning of [...warnings, ...(await crashWarnings(config))]) warn(`Warning: ${warning}`)
      const bounds = [...sites.values()].map((site) => boundOf(site, prices?.of))
      if (options.json) return print(JSON.stringify({ currency: prices?.currency, sites: bounds }))
      print(bounds.map((bound) => sentences(bound, prices?.currency).join('\n')).join('\n\n'))
      if (prices) print(['', ...meaning(infobip)].join('\n'))
    })
}

function sentences(bound: Bound, currency?: string): string[] {
  const { sitekey, messages, cost, firstDay, firstDayCost, later, laterCost, countries, shadow } = bound
  const amount = (count: number, money: number | undefined) =>
    `${count} ${count === 1 ? 'message' : 'messages'}${money === undefined ? '' : ` (${roundedUp(money, currency!)} ${currency})`}`
  const dearestFirst = countries.toSorted((a, b) => (b.cost ?? 0) - (a.cost ?? 0))
  const others = dearestFirst.slice(LISTED)
  return [
    `${sitekey}: the worst day costs ${amount(messages, cost)}.`,
    shadow
      ? `  The guard is in shadow mode, so only the budget limits this. ${ENFORCE}`
      : `  On the site's first day, before anybody has entered a code, numbers for which no code is entered get at most ${amount(firstDay, firstDayCost)}:`,
    ...dearestFirst
      .slice(0, LISTED)
      .map(({ country, messages, cost }) => `    ${country}  ${amount(messages, cost)}`),
    ...(others.length > 0
      ? [`    and ${others.length} more, each with at most ${amount(...mostOf(others))}`]
      : []),
    ...(shadow
      ? []
      : ['  After that, each code that a visitor enters raises this, as far as the budget allows.']),
    `  Plan for ${amount(later, laterCost)} a day to numbers never verified at the site.`,
    ...(cost === undefined
      ? [`  To see this in money, set ${currency ? 'voicePrices' : 'prices'} in the configuration file.`]
      : []),
  ]
}

/** The most messages and, where all have a price, the most money that any one of these countries has. */
function mostOf(countries: readonly CountryBound[]): [messages: number, cost: number | undefined] {
  const costs = countries.map(({ cost }) => cost).filter((cost) => cost !== undefined)
  return [
    Math.max(...countries.map(({ messages }) => messages)),
    costs.length === countries.length ? Math.max(...costs) : undefined,
  ]
}

/** Money in the decimals of its currency, rounded up: nobody pays more than what is said. */
function roundedUp(money: number, currency: string): string {
  const { maximumFractionDigits: decimals = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  const unit = 10 ** decimals
  // In floating point, three times 0.1 is a little more than 0.3; that must not add a cent.
  return (Math.ceil(Number((money * unit).toFixed(4))) / unit).toFixed(decimals)
}

/** What the prices must mean for the amounts to be right. */
function meaning(infobip: Config['infobip']): string[] {
  return [
    "The amounts are right if each price is that of the country's dearest network: in prices for a whole message",
    'with all its parts (otp-verify lint-template), in voicePrices for a whole call in started minutes.',
    ...(infobip?.numberLookup
      ? ['numberLookup is on: each price of a message must include one lookup.']
      : []),
    ...(infobip?.longMessageIds ? [LONGER] : []),
  ]
}

const LONGER =
  'longMessageIds is set: each price of a message must be that with a longer code, which may need more parts.'

const ENFORCE = 'To enforce it, set OTP_GUARD=enforce, or "guard": "enforce" of the site in the file.'

/** Most countries that are listed by name. */
const LISTED = 20
