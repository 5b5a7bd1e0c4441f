import type { ResendQuota } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'
import type { Verification } from '../store/store.js'

/** The quota of a verification, by the plan that it was started with; holders of its handle may know it. */
export function resendQuota(site: Site, { resendsUsed, resendsRemaining }: Verification): ResendQuota {
  return { resends: resendsUsed + resendsRemaining, lifetime: site.codeLifetime }
}
