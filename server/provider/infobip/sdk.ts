import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as http } from 'node:http'
import { Agent, type RequestOptions, request as https } from 'node:https'
import { AuthType, Infobip } from '@infobip-api/sdk'
import { retryAfterSeconds } from './retry-after.js'

/**
 * How one call over the network ended. No object of the SDK's is in it: they carry the key and the code.
 *
 * `not_reached`: not one byte of the request left. `no_answer`: anything may have happened.
 */
export type Exchange =
  | { status: number; retryAfter: number | undefined; body: unknown }
  | { failure: 'not_reached' | 'no_answer'; reason: string }

/** The part of the SDK's 2FA service that we use; the SDK itself types it as `any`. */
export interface TwoFactor extends TwoFactorManagement {
  sendPINCodeSMS(body: PinRequest, ncNeeded: boolean): Promise<Exchange | Error>
  sendPINCodeVoice(body: PinRequest): Promise<Exchange | Error>
  resendPINCodeSMS(pinId: string, body: Pick<PinRequest, 'placeholders'>): Promise<Exchange | Error>
  resendPINCodeVoice(pinId: string, body: Pick<PinRequest, 'placeholders'>): Promise<Exchange | Error>
  verifyPhoneNumber(pinId: string, body: { pin: string }): Promise<Exchange | Error>
}

/** What takes a key of the scope `2fa:manage`. Ids become part of paths as they are: check them first. */
export interface TwoFactorManagement {
  getApplications(): Promise<Exchange | Error>
  createApplication(body: object): Promise<Exchange | Error>
  getApplication(applicationId: string): Promise<Exchange | Error>
  updateApplication(applicationId: string, body: object): Promise<Exchange | Error>
  getMessageTemplates(applicationId: string): Promise<Exchange | Error>
  createMessageTemplate(applicationId: string, body: object): Promise<Exchange | Error>
  updateMessageTemplate(applicationId: string, messageId: string, body: object): Promise<Exchange | Error>
}

/** Body of a send, as Infobip names its members. */
export interface PinRequest {
  applicationId: string
  messageId: string
  /** Digits, without `+`. */
  to: string
  from: string | undefined
  /** What stands for `{{name}}` in the template, by name. */
  placeholders?: Record<string, string>
}

interface Wire {
  /** Whether the request may have left this machine. */
  reached: boolean
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest
}

interface AxiosConfig {
  url: string
  signal: AbortSignal
  transport: Wire
}

interface AxiosResponse {
  status: number
  headers: Record<string, string | undefined>
  data: string
}

interface Axios {
  defaults: Record<string, unknown>
  interceptors: {
    request: { use(adjust: (config: AxiosConfig) => AxiosConfig): void }
    response: {
      use(answered: (response: AxiosResponse) => Exchange, failed: (error: unknown) => Exchange): void
    }
  }
}

const LARGEST_BODY = 65_536

/** Milliseconds an unused connection is kept: less than servers do, as they drop what is written too late. */
const IDLE_CONNECTION = 4000

/**
 * The SDK's 2FA service, made safe to call: every answer and every failure becomes an `Exchange`.
 *
 * No redirect is followed, no proxy used, no body over 64 KiB read, and after `timeout` milliseconds, from
 * connecting to the last byte, a call is over.
 *
 * @throws when the process has switched certificate checks off.
 */
export function twoFactor(baseUrl: URL, apiKey: string, timeout: number): TwoFactor {
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED=0 would send the Infobip API key to anyone: unset it.')
  }
  const secure = baseUrl.protocol === 'https:'
  const sdk = new Infobip({ baseUrl: baseUrl.origin, apiKey, authType: AuthType.ApiKey })
  const { twoFA } = sdk.service as { twoFA: TwoFactor & { http: { axios: Axios } } }
  const { axios } = twoFA.http
  Object.assign(axios.defaults, {
    proxy: false,
    httpAgent: new HttpAgent({ keepAlive: true, timeout: IDLE_CONNECTION }),
    httpsAgent: new Agent({ keepAlive: true, timeout: IDLE_CONNECTION, rejectUnauthorized: true }),
    maxContentLength: LARGEST_BODY,
    // Otherwise axios would parse what does not call itself JSON, and pass on as text what it cannot parse.
    responseType: 'text',
    validateStatus: () => true,
  })
  axios.interceptors.request.use(function prepare(config) {
    // The SDK writes `/pin/?ncNeeded=…`; Infobip documents the address without the slash.
    config.url = config.url.replace('/?', '?')
    config.signal = AbortSignal.timeout(timeout)
    config.transport = newWire(secure)
    return config
  })
  axios.interceptors.response.use(toAnswer, toFailure)
  return twoFA
}

/**
 * Node's own http or https, which follows no redirect, with a note of whether the request can have left.
 *
 * With TLS that is from the end of the handshake, after the certificate has been checked.
 */
function newWire(secure: boolean): Wire {
  const wire: Wire = {
    reached: false,
    request(options, onResponse) {
      const request = secure ? https(options, onResponse) : http(options, onResponse)
      request.once('socket', (socket) => {
        if (request.reusedSocket) wire.reached = true
        else socket.once(secure ? 'secureConnect' : 'connect', () => (wire.reached = true))
      })
      return request
    },
  }
  return wire
}

function toAnswer({ status, headers, data }: AxiosResponse): Exchange {
  const retryAfter = retryAfterSeconds(headers['retry-after'], headers['date'])
  return { status, retryAfter, body: parseJson(status, headers['content-type'], data) }
}

function parseJson(status: number, contentType: string | undefined, text: string): unknown {
  // Infobip has been recorded sending a 400 without a content type; a success must say that it is JSON.
  const declared = contentType === undefined ? status >= 400 : /^application\/json\b/i.test(contentType)
  if (!declared) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toFailure(error: unknown): Exchange {
  const { code, config } = error as { code?: string; config?: Partial<AxiosConfig> }
  // An error may carry a response, even a 200, whose body never came whole: it is no answer.
  const failure = config?.transport?.reached === false ? 'not_reached' : 'no_answer'
  return { failure, reason: config?.signal?.aborted ? 'timeout' : (code ?? failure) }
}
