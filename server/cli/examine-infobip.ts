import { hostsInTexts, type InfobipAccount, type TemplateSite } from '../config/infobip-settings.js'
import { brandOf } from '../message/advice.js'
import { lintTemplate, type Lint } from '../message/lint-template.js'
import { visible } from '../message/visible.js'
import { infobipManagement, ManagementError, scopeOf } from '../provider/infobip/manage.js'
import type { Template } from '../provider/infobip/management-answers.js'
import { reviewApplication } from '../provider/infobip/review-application.js'
import type { Weakness } from '../weakness.js'
import { loadLine } from './env-file.js'
import type { Findings } from './findings.js'

const IF_DOWN = 'Fix that, or wait if Infobip is down, and run otp-verify doctor again.'

/** Looks at the Infobip application, its templates and the keys as a server that is configured so would use them. */
export async function examineInfobip(account: InfobipAccount): Promise<Findings> {
  const { baseUrl, apiKey, applicationId, managementKey } = account
  if (baseUrl === undefined && apiKey === undefined && applicationId === undefined) {
    return wrong(
      weak(
        'infobip',
        'No Infobip account is configured: nothing is sent to any phone.',
        'Set INFOBIP_BASE_URL and INFOBIP_MANAGEMENT_API_KEY, and run otp-verify setup.',
      ),
    )
  }
  const missing = missingOf(account)
  if (baseUrl === undefined || applicationId === undefined) return wrong(...missing)
  const scope = apiKey === undefined ? undefined : await scopeOf({ baseUrl, apiKey }, applicationId)
  const key = examineKey(scope)
  if (managementKey === undefined) {
    const down = scope instanceof ManagementError ? [weak('infobip', scope.message, IF_DOWN)] : []
    const unlooked = weak(
      'infobip',
      'The application and its templates were not checked.',
      'Set INFOBIP_MANAGEMENT_API_KEY to a key with the scope 2fa:manage, or use --offline.',
    )
    return wrong(...missing, ...key, ...down, unlooked)
  }
  try {
    const management = infobipManagement({ baseUrl, apiKey: managementKey })
    const application = await management.application(applicationId)
    const { weaknesses, notes } = examineTemplates(await management.templates(applicationId), account)
    const found = reviewApplication(application, account.terms)
    return { weaknesses: [...missing, ...key, ...found, ...weaknesses], notes }
  } catch (error) {
    if (!(error instanceof ManagementError)) throw error
    const fix = `${IF_DOWN} The application and its templates were not checked.`
    return wrong(...missing, ...key, weak('infobip', error.message, fix))
  }
}

function wrong(...weaknesses: Weakness[]): Findings {
  return { weaknesses, notes: [] }
}

function missingOf({ baseUrl, apiKey, applicationId, messageIds }: InfobipAccount): Weakness[] {
  const values = {
    INFOBIP_BASE_URL: baseUrl,
    INFOBIP_API_KEY: apiKey,
    INFOBIP_2FA_APP_ID: applicationId,
    INFOBIP_2FA_MESSAGE_ID: messageIds.default,
  }
  return Object.entries(values)
    .filter(([, value]) => value === undefined)
    .map(([name]) =>
      weak(
        'infobip',
        `${name} is missing.`,
        name.includes('2FA')
          ? `Run otp-verify setup, which writes it to .env; then load that: ${loadLine('.env')}`
          : 'The Infobip portal shows it.',
      ),
    )
}

function examineKey(scope: Awaited<ReturnType<typeof scopeOf>> | undefined): Weakness[] {
  if (scope === 'manages') {
    return [
      weak(
        'overprivileged-key',
        'INFOBIP_API_KEY may read the application; anyone who steals the key can change the application and what it sends.',
        'Give the server a key with the scope 2fa:pin:send and no other.',
      ),
    ]
  }
  if (scope !== 'nothing') return []
  return [
    weak(
      'infobip.apiKey',
      'Infobip does not know INFOBIP_API_KEY.',
      'Create one with the scope 2fa:pin:send.',
    ),
  ]
}

/** Every template that a message may be made of, as the visitors of every site would get it. */
function examineTemplates(templates: readonly Template[], account: InfobipAccount): Findings {
  const { messageIds, longMessageIds, longCodeLength, sites } = account
  const usual = Object.entries(messageIds).map(([language, id]) => ({ language, id, sites }))
  const long = Object.entries(longMessageIds).map(([language, id]) => ({
    ...{ language: `long ${language}`, id },
    sites: sites.map((site) => ({ ...site, codeLength: longCodeLength })),
  }))
  const found = [...usual, ...long].map((use): Findings => {
    const template = templates.find(({ messageId }) => messageId === use.id)
    if (!template) {
      const message = `The application has no template for ${visible(use.language)}.`
      return wrong(weak('template', message, 'Run otp-verify setup, or correct the id.'))
    }
    const name = `Template ${visible(use.language)}`
    const texts = use.sites.flatMap((site) => lintsOf(template, site, account))
    return {
      weaknesses: [
        ...examineCodes(name, template, use.sites),
        ...texts.flatMap(({ weaknesses }) =>
          weaknesses.map(({ check, message, fix }) => weak(check, `${name}: ${message}`, fix)),
        ),
      ],
      notes: texts.flatMap(({ advice }) => advice.map(({ message, fix }) => `${name}: ${message} ${fix}`)),
    }
  })
  const weaknesses = found.flatMap((one) => one.weaknesses)
  // The same thing is often wrong for every site; say it once.
  return {
    weaknesses: weaknesses.filter(
      (one, index) => weaknesses.findIndex(({ message }) => message === one.message) === index,
    ),
    notes: [...new Set(found.flatMap(({ notes }) => notes))],
  }
}

function examineCodes(
  name: string,
  { pinType, pinLength }: Template,
  sites: readonly TemplateSite[],
): Weakness[] {
  const digits = pinLength ?? 0
  const found: Weakness[] = []
  if (pinType !== 'NUMERIC') {
    const message = `${name} has codes that are not NUMERIC.`
    found.push(weak('template.pinType', message, 'Run otp-verify setup, or set pinType to NUMERIC.'))
  }
  if (digits < 6) {
    const message = `${name} has codes of ${pinLength ?? 'an unknown number of'} digits; six is the minimum.`
    found.push(weak('template.pinLength', message, 'Run otp-verify setup, or set pinLength to 6.'))
  }
  for (const { sitekey, codeLength } of sites) {
    if (digits < 6 || codeLength === digits) continue
    const message = `${name} has codes of ${digits} digits; ${visible(sitekey)} asks for ${codeLength}.`
    found.push(weak('template.pinLength', message, `Set codeLength or pinLength to the other's value.`))
  }
  return found
}

/** The text of a template as the visitors of every page of a site would get it. */
function lintsOf(
  { messageText, senderId }: Template,
  site: TemplateSite,
  { hostPlaceholder, sender }: InfobipAccount,
): Lint[] {
  const { codeLength } = site
  const brand = brandOf(sender ?? senderId)
  return hostsInTexts(site).map((host) =>
    lintTemplate(messageText ?? '', { codeLength, host, hostPlaceholder, brand }),
  )
}

function weak(check: string, message: string, fix: string): Weakness {
  return { check, message, fix }
}
