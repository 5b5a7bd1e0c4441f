/**
 * `<otp-verify>`: asks for a phone number, has a code sent to it, and yields a signed token.
 *
 * Importing this module registers the element. Name the server once, before or after:
 *
 * ```ts
 * import { configure } from 'otp-verify'
 *
 * configure({ server: 'https://otp.example' })
 * ```
 *
 * @packageDocumentation
 */
import { OtpVerify } from './element.js'
import { stock } from './locales/library.js'
import { importSentences } from './locales/modules.js'
import { register } from './register.js'

export type { Clock } from './clock.js'
export * from './events.js'
export type { TicketSource } from './flow-host.js'
export * from './headless.js'
export { configure, type Configuration } from './server-address.js'
export { OtpVerify }

stock(importSentences)
register()
