import type { z } from 'zod'
import type { emailTemplateRequest, phoneTemplateRequest } from './bodies.js'

/** How an application sends and checks. Durations and limits are spelled as Infobip does: `15m`, `3/1d`. */
export interface Configuration {
  /** Wrong tries a PIN survives. */
  pinAttempts: number
  /** Whether a PIN may be verified again once it has been. */
  allowMultiplePinVerifications: boolean
  /** How long a PIN lives, at most one year. */
  pinTimeToLive: string
  /** Verifies of one number, over a window of at most one day. */
  verifyPinLimit: string
  /** Sends of the whole application, over a window of at most one year. */
  sendPinPerApplicationLimit: string
  /** Sends to one address, over a window of at most one year. */
  sendPinPerPhoneNumberLimit: string
}

/** An application as the API tells it. */
export interface Application {
  applicationId: string
  name: string
  configuration: Configuration
  enabled: boolean
}

/** What names a template. */
export interface TemplateIds {
  messageId: string
  applicationId: string
}

/** A template for SMS and voice. */
type PhoneTemplate = TemplateIds & z.output<ReturnType<typeof phoneTemplateRequest>> & { pinLength: number }

/** A template for email. */
export type EmailTemplate = TemplateIds &
  z.output<ReturnType<typeof emailTemplateRequest>> & {
    pinLength: number
    pinType: PhoneTemplate['pinType']
  }

/** A message template as it is kept. */
export type Template = PhoneTemplate | EmailTemplate

/** Whether a template is for email, not for phones. */
export function isEmail(template: Template): template is EmailTemplate {
  return 'emailTemplateId' in template
}
