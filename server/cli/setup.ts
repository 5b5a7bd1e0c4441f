import { ConfigError } from '../config/config-error.js'
import type { InfobipAccount } from '../config/infobip-settings.js'
import { ManagementError, type Management } from '../provider/infobip/manage.js'
import type { Application, Settings } from '../provider/infobip/management-answers.js'
import { reviewSettings, safeSettings, shown } from '../provider/infobip/review-application.js'
import type { MessageIds } from '../provider/infobip/templates.js'
import { planTemplates, type TemplateStep } from './setup-templates.js'
import type { Wish } from './setup-wish.js'

/** A setting to be changed. */
interface Change {
  setting: keyof Settings | 'enabled'
  from: string
  to: string
  /** Why. */
  because: string
}

/** What has to be written to make the account what it should be. */
export interface Plan {
  application: {
    /** `undefined` for one that is to be made. */
    id: string | undefined
    name: string
    settings: Settings
    changes: readonly Change[]
  }
  templates: readonly TemplateStep[]
}

/** What the server then has to be configured with. */
export interface SetUp {
  applicationId: string
  messageIds: MessageIds
}

/**
 * Compares an Infobip account with what it should be. Settings and templates that the doctor finds nothing wrong with stay
 * as they are.
 *
 * @throws ConfigError when it cannot be known which application or template is meant; ManagementError
 */
export async function planSetup(
  management: Management,
  wish: Wish,
  account: Pick<InfobipAccount, 'applicationId' | 'messageIds' | 'longMessageIds' | 'sites' | 'terms'>,
): Promise<Plan> {
  const found = await findApplication(management, wish.name, account.applicationId)
  const safe = safeSettings(account.terms)
  const templates = found ? await management.templates(found.applicationId) : []
  const steps = planTemplates(templates, wish, account)
  if (!found) {
    const application = { id: undefined, name: wish.name, settings: safe, changes: [] }
    return { application, templates: steps }
  }
  const { configuration } = found
  const weak = reviewSettings(configuration, account.terms)
  const wrong = new Set(weak.map(({ setting }) => setting))
  const changes = weak.map(({ setting, because }): Change => ({
    setting,
    from: shown(configuration[setting]),
    to: String(safe[setting]),
    because,
  }))
  if (found.enabled === false) {
    changes.push({ setting: 'enabled', from: 'false', to: 'true', because: 'it sends nothing.' })
  }
  const kept = Object.entries(configuration).filter(([setting]) => !wrong.has(setting as keyof Settings))
  const settings = { ...safe, ...(Object.fromEntries(kept) as Partial<Settings>) }
  return { application: { id: found.applicationId, name: found.name, settings, changes }, templates: steps }
}

/** Whether a plan has anything to write. */
export function isEmpty({ application, templates }: Plan): boolean {
  return (
    application.id !== undefined &&
    application.changes.length === 0 &&
    templates.every(({ changes }) => changes.length === 0)
  )
}

/** Writes what a plan says. @throws ManagementError */
export async function applyPlan(management: Management, plan: Plan): Promise<SetUp> {
  const { id, name, settings, changes } = plan.application
  let applicationId = id
  if (applicationId === undefined) {
    applicationId = (await management.createApplication(name, settings)).applicationId
  } else if (changes.length > 0) {
    await management.updateApplication(applicationId, name, settings)
  }
  const messageIds: Record<string, string> = {}
  for (const step of plan.templates) {
    const messageId = await applyStep(management, applicationId, step)
    for (const tag of step.tags) messageIds[tag] = messageId
  }
  return { applicationId, messageIds: messageIds as MessageIds }
}

async function applyStep(
  management: Management,
  applicationId: string,
  { id, request, changes }: TemplateStep,
): Promise<string> {
  if (id === undefined) return (await management.createTemplate(applicationId, request)).messageId
  if (changes.length > 0) await management.updateTemplate(applicationId, id, request)
  return id
}

/**
 * Makes sure that Infobip has taken the changes.
 *
 * @throws ManagementError when it says otherwise
 */
export async function confirm(
  management: Management,
  wish: Wish,
  account: Pick<InfobipAccount, 'longMessageIds' | 'sites' | 'terms'>,
  { applicationId, messageIds }: SetUp,
): Promise<void> {
  const plan = await planSetup(management, wish, { ...account, applicationId, messageIds })
  if (isEmpty(plan)) return
  const settings = [
    ...plan.application.changes.map(({ setting }) => setting),
    ...plan.templates
      .filter(({ changes }) => changes.length > 0)
      .map(({ tags }) => `template ${tags.join(', ')}`),
  ]
  throw new ManagementError(`Infobip accepted the changes, but does not show them: ${settings.join(', ')}.`)
}

async function findApplication(
  management: Management,
  name: string,
  configured: string | undefined,
): Promise<Application | undefined> {
  if (configured !== undefined) return management.application(configured)
  const named = (await management.applications()).filter((one) => one.name === name)
  if (named.length > 1) {
    throw new ConfigError([
      'INFOBIP_2FA_APP_ID: several applications have that name; set the id of the one you mean, or give another --name.',
    ])
  }
  return named[0]
}
