import { z } from 'zod'
import { errorReason } from './answers.js'
import { parseApiKey, parseBaseUrl } from './base-url.js'
import {
  application,
  ID,
  template,
  type Application,
  type Settings,
  type Template,
  type TemplateRequest,
} from './management-answers.js'
import type { Exchange } from './exchange.js'
import { twoFactor } from './sdk.js'
import type { Limits } from './transport.js'

/** Why Infobip did not do what an operator asked. The message is ours and repeats nothing that was sent. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError'
  /** HTTP status of the answer, when there was one. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** What can be asked of an Infobip account with a key of the scope `2fa:manage`. Every method rejects with a ManagementError. */
export interface Management {
  applications(): Promise<Application[]>
  application(applicationId: string): Promise<Application>
  createApplication(name: string, settings: Settings): Promise<Application>
  /** Writes all settings, as it is not documented whether those left out would stay. */
  updateApplication(applicationId: string, name: string, settings: Settings): Promise<Application>
  templates(applicationId: string): Promise<Template[]>
  createTemplate(applicationId: string, request: TemplateRequest): Promise<Template>
  updateTemplate(applicationId: string, messageId: string, request: TemplateRequest): Promise<Template>
}

/** Where the account is, and a key for it. */
export interface Account {
  /** `https://<yours>.api.infobip.com`, or a simulator on this machine. */
  baseUrl: string
  apiKey: string
}

/**
 * Manages an Infobip account through its own SDK.
 *
 * @throws ManagementError when a setting cannot work; the message repeats none.
 */
export function infobipManagement(account: Account, limits: Limits = {}): Management {
  const baseUrl = parseBaseUrl(account.baseUrl, { allowLoopback: true })
  if ('mistake' in baseUrl) throw new ManagementError(`Infobip base URL: ${baseUrl.mistake}`)
  const apiKey = parseApiKey(account.apiKey)
  if (typeof apiKey !== 'string') throw new ManagementError(`Infobip API key: ${apiKey.mistake}`)
  const service = twoFactor(baseUrl, apiKey, limits)

  return {
    applications: () => ask(() => service.getApplications(), z.array(application)),
    application: (applicationId) =>
      ask(() => service.getApplication(checked(applicationId)), application.extend(same(applicationId))),
    createApplication: (name, configuration) =>
      ask(() => service.createApplication({ name, enabled: true, configuration }), application),
    updateApplication: (applicationId, name, configuration) =>
      ask(
        () => service.updateApplication(checked(applicationId), { name, enabled: true, configuration }),
        application,
      ),
    templates: (applicationId) =>
      ask(() => service.getMessageTemplates(checked(applicationId)), z.array(template)),
    createTemplate: (applicationId, request) =>
      ask(() => service.createMessageTemplate(checked(applicationId), request), template),
    updateTemplate: (applicationId, messageId, request) =>
      ask(
        () => service.updateMessageTemplate(checked(applicationId), checked(messageId), request),
        template.partial({ messageId: true }).transform((told) => ({ ...told, messageId })),
      ),
  }
}

/** An answer about another application says nothing about this one. */
function same(applicationId: string) {
  return { applicationId: z.literal(applicationId) }
}

function checked(id: string): string {
  if (!ID.test(id)) throw new ManagementError('An id of Infobip has letters, digits, - and _ only.')
  return id
}

async function ask<T>(call: () => Promise<Exchange | Error>, shape: z.ZodType<T>): Promise<T> {
  const exchange = await call()
  // The SDK returns what it should throw; a body that it found wrong was not sent.
  if (exchange instanceof Error) throw new ManagementError('The SDK of Infobip refused to ask.')
  if ('failure' in exchange) {
    throw new ManagementError(`Infobip gave no answer (${exchange.reason}). Check INFOBIP_BASE_URL.`)
  }
  const { status, body } = exchange
  if (status < 200 || status >= 300) {
    throw new ManagementError(`${refusal(status)} (${status}, ${errorReason(status, body)}).`, status)
  }
  const read = shape.safeParse(body)
  if (!read.success)
    throw new ManagementError('That answer was not Infobip’s. Check INFOBIP_BASE_URL.', status)
  return read.data
}

function refusal(status: number): string {
  switch (status) {
    case 400:
      return 'Infobip rejected the request'
    case 401:
      return 'Infobip does not know the key'
    case 403:
      return 'The key may not manage 2FA; it needs the scope 2fa:manage'
    case 404:
      return 'Infobip has no such application or template; check its id and INFOBIP_BASE_URL'
    case 429:
      return 'Infobip got too many requests; wait ten minutes'
    default:
      return status < 400 ? 'Infobip does not redirect; check INFOBIP_BASE_URL' : 'Infobip refused'
  }
}

/**
 * What a key may do, found out by reading the application: `manages` is more than a server needs (SR-B03).
 *
 * @returns why that could not be found out, when it could not.
 */
export async function scopeOf(
  account: Account,
  applicationId: string,
): Promise<'manages' | 'sends' | 'nothing' | ManagementError> {
  try {
    await infobipManagement(account).application(applicationId)
    return 'manages'
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error
    if (error.status === 401) return 'nothing'
    if (error.status === 403) return 'sends'
    // Anything else may come from the wrong address.
    return error
  }
}
