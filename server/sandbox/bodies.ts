import { z } from 'zod'
import { DAY } from '../time.js'
import { badRequest, type ValidationErrors } from './api-error.js'
import type { Behaviour } from './behaviour.js'
import { parseDuration, parseLimit, YEAR } from './limits.js'
import { PIN_TYPES } from './random.js'

/** Reads a request body (or query) by its schema; what is wrong with it becomes a 400 with validation errors. */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors: ValidationErrors = {}
  for (const { path, message } of result.error.issues) {
    const field = path.join('.') || 'body'
    errors[field] = [...(errors[field] ?? []), message]
  }
  throw badRequest(errors)
}

const requiredText = z.string('must not be blank').regex(/\S/, 'must not be blank')

/** The settings of an application; each may be left out. */
export function configurationSchema(spelling: Behaviour['limitSpelling']) {
  const text =
    spelling === 'exact' ? z.string() : z.string().transform((s) => s.replace(/\s/g, '').toLowerCase())
  const limit = (longest: number) =>
    text.refine((s) => (parseLimit(s)?.window ?? Infinity) <= longest, 'must be a limit such as 3/1d')
  return z.object({
    pinAttempts: z.int32().min(1).optional(),
    allowMultiplePinVerifications: z.boolean().optional(),
    pinTimeToLive: text
      .refine((s) => (parseDuration(s) ?? Infinity) <= YEAR, 'must be a duration such as 15m')
      .optional(),
    verifyPinLimit: limit(DAY).optional(),
    sendPinPerApplicationLimit: limit(YEAR).optional(),
    sendPinPerPhoneNumberLimit: limit(YEAR).optional(),
  })
}

/** Body of POST and PUT of an application. */
export function applicationRequest(spelling: Behaviour['limitSpelling']) {
  return z.object({
    name: requiredText,
    enabled: z.boolean().optional(),
    configuration: configurationSchema(spelling).optional(),
  })
}

const LANGUAGES = 'en es ca da nl fr de it ja ko no pl ru sv fi hr sl ro pt_pt pt_br zh_cn zh_tw'.split(' ')

function pinLength(range: Behaviour['pinLengthRange']) {
  return z
    .int32()
    .min(1)
    .max(range === '1-8' ? 8 : 32)
}

/** Body of POST of an SMS or voice template. */
export function phoneTemplateRequest(range: Behaviour['pinLengthRange']) {
  const dltId = z.string().max(30)
  return z.object({
    messageText: requiredText.includes('{{pin}}', { error: 'must contain {{pin}}' }),
    pinType: z.enum(PIN_TYPES),
    pinLength: pinLength(range).optional(),
    language: z.enum(LANGUAGES).optional(),
    voiceName: z.string().optional(),
    senderId: z.string().optional(),
    repeatDTMF: z.string().optional(),
    speechRate: z.number().min(0.5).max(2).optional(),
    regional: z
      .object({
        indiaDlt: z
          .object({
            principalEntityId: dltId,
            contentTemplateId: dltId.optional(),
            teleMarketerId: z.string().max(255).optional(),
          })
          .optional(),
      })
      .optional(),
  })
}

/** Body of POST of an email template. */
export function emailTemplateRequest(range: Behaviour['pinLengthRange']) {
  return z.object({
    emailTemplateId: z.int(),
    pinType: z.enum(PIN_TYPES).optional(),
    pinLength: pinLength(range).optional(),
    from: z.string().optional(),
    landingPageId: z.string().optional(),
  })
}

const placeholders = z
  .record(z.string(), z.string())
  .refine((given) => !('pin' in given), 'must not contain pin')
  .optional()

/** Body of a send by SMS or voice. */
export const startRequest = z.object({
  applicationId: requiredText,
  messageId: requiredText,
  to: requiredText,
  from: z.string().optional(),
  placeholders,
  trackDelivery: z.boolean().optional(),
})

/** Body of a send by email. */
export const startEmailRequest = startRequest.omit({ trackDelivery: true }).extend({
  to: z.email('must be a well-formed email address'),
  landingPagePlaceholders: z.record(z.string(), z.string()).optional(),
})

/** Body of a resend; may be missing as a whole. */
export const resendRequest = z.object({ placeholders, trackDelivery: z.boolean().optional() }).default({})

/** Body of a verify. */
export const verifyRequest = z.object({ pin: requiredText })

function queryBoolean(undefinedInQuery: Behaviour['undefinedInQuery']) {
  const accepted = undefinedInQuery === 'accepted' ? ['true', 'false', 'undefined'] : ['true', 'false']
  return z
    .enum(accepted, 'must be true or false')
    .transform((text) => (text === 'undefined' ? undefined : text === 'true'))
    .optional()
}

/** Query of a send by SMS. */
export function sendQuery(undefinedInQuery: Behaviour['undefinedInQuery']) {
  return z.object({ ncNeeded: queryBoolean(undefinedInQuery) })
}

/** Query of the verification status. */
export function verificationsQuery(undefinedInQuery: Behaviour['undefinedInQuery']) {
  return z.object({
    msisdn: requiredText,
    verified: queryBoolean(undefinedInQuery),
    sent: queryBoolean(undefinedInQuery),
  })
}
