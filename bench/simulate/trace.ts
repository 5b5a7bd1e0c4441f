import { z } from 'zod'
import { canonicalAddress } from '../../server/guard/network.js'
import {
  DEFAULT_NUMBER_TYPES,
  parsePhoneNumber,
  servedCountries,
} from '../../server/phone-number/phone-number.js'
import type { SiteSettings } from './guarded.js'
import { BUDGET, type Scenario } from './scenarios.js'
import { DAY, type Visit } from './visit.js'

/** Seconds after which a visitor of a trace who enters a code has entered it. */
const TYPING_SECONDS = 20

const LINE = z.object({
  t: z
    .number({ error: '"t" must be seconds, as a number' })
    .nonnegative('"t" must not be negative')
    .max(1e10, '"t" must be seconds, not milliseconds'),
  ip: z.string({ error: '"ip" must be an address' }).transform((ip, context) => {
    const address = canonicalAddress(ip)
    if (address === undefined) context.addIssue('"ip" must be an IPv4 or IPv6 address')
    return address ?? z.NEVER
  }),
  phone: z
    .string({ error: '"phone" must be a number in E.164' })
    .regex(/^\+[1-9][0-9]{4,14}$/, '"phone" must be in E.164: + and digits'),
  verifies: z.boolean({ error: '"verifies" must be true or false' }),
  legit: z.boolean({ error: '"legit" must be true or false' }),
})

/** A line that cannot be played. */
export class TraceError extends Error {
  override readonly name = 'TraceError'
}

/**
 * Reads a trace: a line of JSON for each start, in any order. `t` are seconds, of which only the differences and the UTC
 * day count.
 *
 * @throws TraceError with the number of the first line that cannot be read
 */
export function readTrace(text: string): Scenario {
  const visits = text.split('\n').flatMap((line, n) => (line.trim() === '' ? [] : [readLine(line, n + 1)]))
  if (visits.length === 0) throw new TraceError('There is no event in it.')
  visits.sort((one, other) => one.at - other.at)
  return { name: 'trace', title: 'trace', visits, period: { from: visits[0]!.at, until: Infinity } }
}

/**
 * The site that a trace is about, as its operator would set it up: it serves the countries of its visitors and allows
 * itself, a day, the greater of `BUDGET` messages and five for each visitor of a mean day.
 */
export function siteOf({ visits }: Scenario): Omit<SiteSettings, 'tickets'> {
  const legit = visits.filter((visit) => visit.legit)
  const anywhere = { countries: new Set(servedCountries()), types: DEFAULT_NUMBER_TYPES }
  const countries = (legit.length > 0 ? legit : visits).map(({ phone }) => {
    const number = parsePhoneNumber(phone, anywhere)
    return 'refused' in number ? undefined : number.country
  })
  const days = Math.max(1, (visits.at(-1)!.at - visits[0]!.at) / DAY)
  return {
    countries: [...new Set(countries)].filter((country) => country !== undefined),
    dailyBudget: Math.max(BUDGET, Math.ceil((5 * legit.length) / days)),
  }
}

function readLine(line: string, number: number): Visit {
  const read = LINE.safeParse(parsed(line, number))
  if (!read.success) throw new TraceError(`Line ${number}: ${read.error.issues[0]!.message}.`)
  const { t: at, ip: address, phone, verifies, legit } = read.data
  return { at, address, phone, legit, ...(verifies && { proves: TYPING_SECONDS }) }
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new TraceError(`Line ${number}: this is no JSON.`)
  }
}
