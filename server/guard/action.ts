import { VerificationError } from '../refusal/verification-error.js'
import type { Site } from '../site/site.js'

/** Refuses an action that is not on the site's list, where it has one. @throws VerificationError `invalid_request` */
export function checkAction({ actions }: Site, action: string | undefined): void {
  if (actions && !actions.has(action ?? ''))
    throw new VerificationError('invalid_request', { member: 'action' })
}
