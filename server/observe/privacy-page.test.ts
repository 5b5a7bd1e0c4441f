import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PROOF_MEMORY, TOKEN_MAX_LIFETIME } from '../../contract/index.js'
import { softCharges } from '../guard/address-limits.js'
import { namesUnder } from '../guard/names.js'
import { LONGEST_OVERRIDE } from '../guard/overrides.js'
import { LONGEST_PAUSE } from '../guard/pause.js'
import { refusalCharges } from '../guard/refusals.js'
import { digestsUnder } from '../pepper/digests.js'
import { CREDITS, KNOWN, LIMITS, POLICY, TRUST, WRONG_IN_A_ROW } from '../site/policy.js'
import { AFTERLIFE, VERIFIED_AFTERLIFE } from '../store/entry.js'
import { ANSWER_TTL } from '../verification/idempotency.js'

const page = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8')
const UNITS = { minute: 60_000, hour: 3_600_000, day: 24 * 3_600_000 }

/** The first time that a row of the page tells last, in milliseconds, by what the row begins with. */
const told = new Map(
  [...page.matchAll(/^\| ([^|]+) \|.*\|([^|]+)\|$/gm)].flatMap(([, what, last]) => {
    const [, amount, unit] = /(\d+) (minute|hour|day)s?\b/.exec(last!) ?? []
    return amount ? [[what!, Number(amount) * UNITS[unit as keyof typeof UNITS]] as const] : []
  }),
)

const route = { sitekey: 'shop', country: 'US', e164: '+12025550123', address: '192.0.2.1', ticketed: false }
const names = namesUnder(digestsUnder(randomBytes(32)))
const longest = (...of: readonly { window: number }[][]) => Math.max(...of.flat().map(({ window }) => window))

it('docs/privacy.md says for how long everything is kept as the code has it (SR-G08)', () => {
  const { range, operator, address, neighbourhood } = CREDITS
  expect(Object.fromEntries(told)).toEqual({
    'a verification': AFTERLIFE,
    'the same, once the number is proven': VERIFIED_AFTERLIFE,
    'answers to requests that may be repeated': ANSWER_TTL,
    'what works only once': PROOF_MEMORY * 1000,
    'messages to a number, wrong codes for it': longest(
      LIMITS.numberSends,
      LIMITS.callsAfterTexts,
      LIMITS.wrongCodes,
    ),
    'starts, checks and challenges of an IP address': longest(
      LIMITS.addressStarts,
      LIMITS.addressNumbers,
      LIMITS.addressChecks,
      LIMITS.addressChallenges,
    ),
    'refused starts of an IP address': refusalCharges(route, names, POLICY, [], [])[0]!.window,
    'that an IP address has asked for a number': softCharges(route, names, POLICY, [])[0]!.once!.keep,
    'that a number was proven at a site': KNOWN.number,
    'wrong codes in a row': WRONG_IN_A_ROW.window,
    'messages to a known number without a code': TRUST.keep,
    'that an IP address has proven a number; its credit': Math.max(
      KNOWN.address,
      address.keep,
      neighbourhood.keep,
    ),
    'credit of a range, and of a million numbers; that one of a range was proven': Math.max(
      KNOWN.range,
      range.keep,
      operator.keep,
    ),
    'that one of a range may be known': KNOWN.number,
    'what an operator allows or denies': LONGEST_OVERRIDE,
    pauses: LONGEST_PAUSE,
    // Of what is elsewhere.
    'the log': 30 * UNITS.day,
    '**the token**': TOKEN_MAX_LIFETIME * 1000,
  })
})
