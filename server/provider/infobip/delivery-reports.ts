import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { DeliveryOutcome, DeliveryReports } from '../provider.js'

/** The user name under which Infobip calls us. */
export const USERNAME = 'infobip'

/** Most reports that one call may carry. */
const MOST = 1000

/** What Infobip's SMS API posts. */
const batch = z.object({ results: z.array(z.unknown()).max(MOST) })

/** One delivery report in it. Its other members are ignored. */
const report = z.object({
  messageId: z.string().regex(/^[\x21-\x7e]{1,100}$/),
  to: z.string().max(32).nullish(),
  status: z.object({ groupName: z.string().max(64) }),
})

/** Infobip's final status groups, in our words; `PENDING` and groups yet to come are not final. */
const OUTCOMES: ReadonlyMap<string, DeliveryOutcome> = new Map([
  ['DELIVERED', 'delivered'],
  ['UNDELIVERABLE', 'undeliverable'],
  ['EXPIRED', 'expired'],
  ['REJECTED', 'rejected'],
])

/**
 * Infobip's delivery reports (SMS API, delivery report v3), which it posts with HTTP Basic authentication.
 *
 * @param password the one given to Infobip's subscription.
 */
export function infobipDeliveryReports(password: string): DeliveryReports {
  const expected = digest(`${USERNAME}\0${password}`)
  return {
    isService: (username, given) => timingSafeEqual(digest(`${username}\0${given}`), expected),
    read(body) {
      const results = batch.safeParse(body).data?.results
      // One of another shape must not invalidate the others: Infobip would repeat them all, in vain.
      const reports = results?.flatMap((each) => report.safeParse(each).data ?? [])
      if (results?.length && !reports?.length) return undefined
      return reports?.flatMap(({ messageId, to, status }) => {
        const outcome = OUTCOMES.get(status.groupName)
        const phoneNumber = to ? `+${to.replace(/^\+/, '')}` : undefined
        return outcome ? [{ messageId, phoneNumber, outcome }] : []
      })
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
