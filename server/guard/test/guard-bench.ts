import { randomBytes } from 'node:crypto'
import { digestsUnder } from '../../pepper/digests.js'
import { DEFAULT_NUMBER_TYPES } from '../../phone-number/phone-number.js'
import { VerificationError } from '../../refusal/verification-error.js'
import type { Site } from '../../site/site.js'
import { memoryStore } from '../../store/memory.js'
import type { Store } from '../../store/store.js'
import { ORIGIN, testSite } from '../../test/harness.js'
import { NO_CHALLENGE } from '../challenge.js'
import { createGuard, type Guard } from '../guard.js'
import type { Route } from '../route.js'
import { NO_WATCH } from './no-watch.js'

/** What became of a start: it was sent, or is refused. */
export interface Outcome {
  sent?: true
  route?: Route
  prove?: () => Promise<void>
  code?: string
  reason?: string | undefined
  retryAfter?: number
}

/** A guard over a store in memory, of a site for Italian numbers whose visitors may solve a challenge. */
export class GuardBench {
  readonly digests = digestsUnder(Buffer.alloc(32, 7))
  readonly site = testSite({
    ...{ shadow: false, dailyBudget: 1_000_000 },
    phoneRules: { countries: new Set(['IT']), types: DEFAULT_NUMBER_TYPES },
  })
  readonly store: Store
  now = Date.UTC(2026, 0, 15)
  /** How often the store was charged, and looked at for marks. */
  asked = 0
  looked = 0
  readonly guard: Guard
  #strangers = 0

  constructor() {
    const kept = memoryStore({ now: () => this.now })
    this.store = {
      ...kept,
      consume: (charges) => {
        this.asked++
        return kept.consume(charges)
      },
      standing: (marks) => {
        this.looked++
        return kept.standing(marks)
      },
    }
    const challenge = {
      ...NO_CHALLENGE,
      kind: () => 'altcha' as const,
      read: async () => ({ spend: async () => {}, giveBack: async () => {} }),
    }
    this.guard = createGuard({
      ...{ store: this.store, digests: this.digests, challenge, watch: NO_WATCH },
      observe: () => {},
      random: randomBytes,
      sleep: async () => {},
    })
  }

  /** An address of a neighbourhood from which nobody has asked. */
  anywhere(): string {
    return `2001:db8:${(++this.#strangers).toString(16)}::1`
  }

  async start(
    phoneNumber: string,
    {
      at = this.site,
      address = this.anywhere(),
      solved = false,
      ticket = '',
    }: { at?: Site; address?: string; solved?: boolean; ticket?: string } = {},
  ): Promise<Outcome> {
    try {
      const request = {
        sitekey: at.sitekey,
        phoneNumber,
        ...(solved && { challenge: 'solved' }),
        ...(ticket && { ticket }),
      }
      const { route } = await this.guard.admitStart(at, request, { origin: ORIGIN, address })
      return { sent: true, route, prove: () => this.guard.proven(at, route, this.now) }
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error
      const { code, retryAfter } = error
      return { code, reason: error.whom.reason, ...(retryAfter && { retryAfter }) }
    }
  }
}

/** Italian numbers of as many ranges as are asked for, and of one. */
export const spread = (n: number) => `+39${3_200_000_000 + ((n * 7919) % 79_000) * 10_000}`
export const numbered = (n: number) => `+39320123${String(n).padStart(4, '0')}`
