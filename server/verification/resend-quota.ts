import { cooldownsTo } from '../guard/calls.js'
import type { ResendQuota } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'

/** The quota of a verification, which whoever holds its handle may know. */
export function resendQuota(site: Site, { country }: Pick<Verification, 'country'>): ResendQuota {
  return { resends: cooldownsTo(site, country).length, lifetime: site.codeLifetime }
}
