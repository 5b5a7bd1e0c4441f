import { hash } from 'node:crypto'
import { SignJWT } from 'jose'
import { tellerOver } from '../../server/alerts/teller.js'
import { watchOver } from '../../server/alerts/watch.js'
import { NO_CHALLENGE, type Challenge } from '../../server/guard/challenge.js'
import { conversionOver } from '../../server/guard/conversion.js'
import { createGuard } from '../../server/guard/guard.js'
import { namesUnder } from '../../server/guard/names.js'
import { TICKET_TYPE } from '../../server/guard/ticket.js'
import { NO_WATCH } from '../../server/guard/test/no-watch.js'
import type { Notify } from '../../server/observe/alert.js'
import { digestsUnder, type Digests } from '../../server/pepper/digests.js'
import { DEFAULT_NUMBER_TYPES } from '../../server/phone-number/phone-number.js'
import { VerificationError } from '../../server/refusal/verification-error.js'
import { POLICY } from '../../server/site/policy.js'
import type { Site } from '../../server/site/site.js'
import { memoryStore } from '../../server/store/memory.js'
import type { NewDefence } from './defence.js'

/** What a request carries that has solved its challenge. */
const SOLUTION = 'solved'

const challenge: Challenge = {
  ...NO_CHALLENGE,
  kind: () => 'altcha',
  read: async () => ({ spend: async () => {}, giveBack: async () => {} }),
}

// Nobody has to be kept from reading these names, and they take most of the time when they are keyed.
const digests: Digests = {
  ...digestsUnder(new Uint8Array(32)),
  digest: (use, ...parts) => hash('sha1', [use, ...parts].join(' '), 'base64url'),
  wide: (use, ...parts) => hash('sha512', [use, ...parts].join(' '), 'base64url'),
  ref: () => '',
}

const ORIGIN = 'https://shop.example'
const SITEKEY = 'shop'
const SECRET = 'the secret of the simulated site'

/** What the operator of the simulated site has set. */
export interface SiteSettings {
  countries: readonly string[]
  /** Messages a day. */
  dailyBudget: number
  /** Whether the host's backend vouches for its visitors. */
  tickets: boolean
}

/**
 * The server's own guard over its own store in memory, with a clock that the simulation turns.
 *
 * @param notify takes the alerts. @default nobody watches
 */
export function guarded(settings: SiteSettings, notify?: Notify): NewDefence {
  return (now) => {
    const site = siteWith(settings)
    let tickets = 0
    const store = memoryStore({ now, capacity: Infinity, bytes: Infinity })
    const conversion = conversionOver(store, namesUnder(digests))
    const teller = notify && tellerOver({ store, notify, observe: () => {} })
    const watch = teller ? watchOver({ store, conversion, teller }) : NO_WATCH
    const guard = createGuard({
      store,
      digests,
      challenge,
      watch,
      observe: () => {},
      random: (size) => new Uint8Array(size),
      sleep: async () => {},
    })

    async function attempt<T>(call: () => Promise<T>): Promise<T | { refused: string; rule: string }> {
      try {
        return await call()
      } catch (error) {
        if (!(error instanceof VerificationError)) throw error
        const { code, whom } = error
        return { refused: code, rule: whom.reason ?? code }
      }
    }

    return {
      async start({ phone, address, legit }, solved) {
        const request = {
          ...{ sitekey: SITEKEY, phoneNumber: phone },
          ...(solved && { challenge: SOLUTION }),
          ...(settings.tickets && legit && { ticket: await ticketOf(++tickets, now()) }),
        }
        return attempt(async () => {
          const startedAt = now()
          const asker = { origin: ORIGIN, address }
          const { route } = await guard.admitStart(site, request, asker)
          return {
            async again() {
              return !(
                'refused' in
                (await attempt(() => guard.admitResend(site, route, { channel: 'sms', sent: 1 }, asker)))
              )
            },
            proven: () => guard.proven(site, route, startedAt),
          }
        })
      },
    }
  }
}

function ticketOf(session: number, now: number): Promise<string> {
  return new SignJWT({ sid: String(session), exp: Math.floor(now / 1000) + 60 })
    .setProtectedHeader({ alg: 'HS256', typ: TICKET_TYPE })
    .sign(new TextEncoder().encode(SECRET))
}

function siteWith({ countries, dailyBudget }: SiteSettings): Site {
  return {
    sitekey: SITEKEY,
    audience: SITEKEY,
    secrets: [SECRET],
    origins: [{ kind: 'exact', origin: ORIGIN }],
    offline: true,
    requireTicket: false,
    rememberNumbers: true,
    senderConstraint: false,
    actions: undefined,
    phoneRules: { countries: new Set(countries), types: DEFAULT_NUMBER_TYPES },
    channels: ['sms'],
    voiceCountries: new Set(),
    voiceAfter: 0,
    initialCountry: undefined,
    codeLength: 6,
    codeLifetime: 300,
    attempts: 5,
    resendCooldowns: [30, 60],
    checkInterval: 1,
    dailyBudget,
    onCeiling: 'deny',
    challenge: { kind: 'altcha' },
    policy: POLICY,
    shadow: false,
  }
}
