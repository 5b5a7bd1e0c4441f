import { z } from 'zod'

/** What ids of applications and templates look like. They become part of paths, so they are checked before use. */
export const ID = /^[A-Za-z0-9_-]{1,64}$/

const id = z.string().regex(ID)
const setting = z.string().max(32).nullish()

/** The settings of an application. Infobip promises none of them. */
const configuration = z.object({
  pinAttempts: z.number().int().nullish(),
  allowMultiplePinVerifications: z.boolean().nullish(),
  pinTimeToLive: setting,
  verifyPinLimit: setting,
  sendPinPerApplicationLimit: setting,
  sendPinPerPhoneNumberLimit: setting,
})

/** A 2FA application as Infobip tells it. */
export const application = z.object({
  applicationId: id,
  name: z.string().max(1024),
  enabled: z.boolean().nullish(),
  configuration: configuration.nullish().transform((told) => told ?? {}),
})

/** A message template as Infobip tells it; those for email have no text. */
export const template = z.object({
  messageId: id,
  messageText: z.string().max(4096).nullish(),
  pinType: z.string().max(32).nullish(),
  pinLength: z.number().int().nullish(),
  language: z.string().max(16).nullish(),
  senderId: z.string().max(64).nullish(),
})

export type Application = z.infer<typeof application>
export type Template = z.infer<typeof template>
export type Configuration = z.infer<typeof configuration>

/** Every setting of an application, as it is written. */
export interface Settings {
  pinAttempts: number
  allowMultiplePinVerifications: boolean
  pinTimeToLive: string
  verifyPinLimit: string
  sendPinPerApplicationLimit: string
  sendPinPerPhoneNumberLimit: string
}

/** A template as it is written. */
export interface TemplateRequest {
  messageText: string
  pinType: 'NUMERIC'
  pinLength: number
  language: string
  senderId?: string
}
