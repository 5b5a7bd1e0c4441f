import { AuthType, Infobip } from '@infobip-api/sdk'
import type { Exchange } from './exchange.js'
import { transport, type Limits } from './transport.js'

/** The part of the SDK's 2FA service that we use; the SDK itself types it as `any`. */
export interface TwoFactor extends TwoFactorManagement {
  sendPINCodeSMS(body: PinRequest, ncNeeded: boolean): Promise<Exchange | Error>
  sendPINCodeVoice(body: PinRequest): Promise<Exchange | Error>
  resendPINCodeSMS(pinId: string, body: SendTerms): Promise<Exchange | Error>
  resendPINCodeVoice(pinId: string, body: SendTerms): Promise<Exchange | Error>
  verifyPhoneNumber(pinId: string, body: { pin: string }): Promise<Exchange | Error>
}

/** Calls that need a key of the scope `2fa:manage`. Ids become part of paths unchanged: check them first. */
interface TwoFactorManagement {
  getApplications(): Promise<Exchange | Error>
  createApplication(body: object): Promise<Exchange | Error>
  getApplication(applicationId: string): Promise<Exchange | Error>
  updateApplication(applicationId: string, body: object): Promise<Exchange | Error>
  getMessageTemplates(applicationId: string): Promise<Exchange | Error>
  createMessageTemplate(applicationId: string, body: object): Promise<Exchange | Error>
  updateMessageTemplate(applicationId: string, messageId: string, body: object): Promise<Exchange | Error>
}

/** What sends and resends may say, as Infobip names it. */
export interface SendTerms {
  /** What stands for `{{name}}` in the template, by name. */
  placeholders?: Record<string, string>
  /** Whether Infobip is to report what becomes of the message. */
  trackDelivery?: boolean
}

/** Body of a send. */
interface PinRequest extends SendTerms {
  applicationId: string
  messageId: string
  /** Digits, without `+`. */
  to: string
  from: string | undefined
}

/** What the SDK makes its requests with; its own wraps axios. */
interface Http {
  axios: {
    defaults: { headers: Record<'Content-Type' | 'Authorization', string> & { common: { Accept: string } } }
  }
}

/**
 * The SDK's 2FA service, made safe to call: every answer and every failure becomes an `Exchange`.
 *
 * The SDK checks what it is given and makes addresses, bodies and headers. Axios would take these apart and reassemble them for
 * each request, which costs more than sending it.
 *
 * @throws when the process has switched certificate checks off.
 */
export function twoFactor(baseUrl: URL, apiKey: string, limits: Limits): TwoFactor {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED=0 would send the Infobip API key to anyone: unset it.')
  }
  const sdk = new Infobip({ baseUrl: baseUrl.origin, apiKey, authType: AuthType.ApiKey })
  const { twoFA } = sdk.service as { twoFA: TwoFactor & { http: Http } }
  const { common, Authorization, 'Content-Type': contentType } = twoFA.http.axios.defaults.headers
  const headers = { ...common, 'Content-Type': contentType, Authorization, 'Accept-Encoding': 'identity' }
  const exchange = transport(baseUrl, limits)
  function ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: object): Promise<Exchange> {
    // The SDK writes `/pin/?ncNeeded=…`; Infobip documents the address without the slash.
    return exchange({ method, path: url.replace('/?', '?'), headers, body: body && JSON.stringify(body) })
  }
  Object.assign(twoFA.http, {
    get: (url: string) => ask('GET', url),
    post: (url: string, body: object) => ask('POST', url, body),
    put: (url: string, body: object) => ask('PUT', url, body),
  })
  return twoFA
}
