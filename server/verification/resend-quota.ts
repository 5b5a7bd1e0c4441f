import { cooldownsTo } from '../guard/calls.js'
import type { Site } from '../site.js'
import type { Verification } from '../store/store.js'

/** How often the code of a verification may be sent again. */
export interface ResendQuota {
  /** Resends of its plan, used or not. */
  resends: number
  /** Seconds from its start to its end, in which they fall. */
  lifetime: number
}

/** The quota of a verification, which whoever holds its handle may know. */
export function resendQuota(site: Site, { country }: Pick<Verification, 'country'>): ResendQuota {
  return { resends: cooldownsTo(site, country).length, lifetime: site.codeLifetime }
}
