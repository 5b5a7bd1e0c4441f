import { createInterface } from 'node:readline/promises'
import { Command, Option } from 'commander'
import { ConfigError } from '../config/config-error.js'
import { readInfobipAccount, type InfobipAccount } from '../config/infobip-settings.js'
import { HOST_PLACEHOLDER } from '../config/schema.js'
import type { Environment } from '../config/variables.js'
import { MESSAGE_TEXTS } from '../message/texts.js'
import { visible } from '../message/visible.js'
import { infobipManagement, type Management } from '../provider/infobip/manage.js'
import type { Template } from '../provider/infobip/management-answers.js'
import { ArgumentError } from './argument-error.js'
import { codeDigits } from './code-digits.js'
import { checkWritable, loadLine, setVariables } from './env-file.js'
import { applyPlan, confirm, isEmpty, planSetup, type Plan, type SetUp } from './setup.js'
import { idsInUse, merged, messagesIn, messagesInUse, placeholderIn } from './setup-messages.js'
import type { Wish } from './setup-wish.js'
import type { Terminal } from './terminal.js'

interface Options {
  name: string
  language?: string[]
  brand?: string
  sender?: string
  hostPlaceholder?: string
  codeLength?: number
  long?: true
  envFile: string
  yes?: true
  config?: string
}

/** Asks a yes-or-no question; `undefined` where no terminal is attached. */
export type AskOperator = ((question: string) => Promise<boolean>) | undefined

/**
 * `otp-verify setup`.
 */
export function setupCommand(
  env: Environment,
  { print }: Pick<Terminal, 'print'>,
  confirmed: AskOperator = process.stdin.isTTY ? askAtTerminal : undefined,
): Command {
  return new Command('setup')
    .description('create the Infobip application and its message templates, or correct them')
    .option('--name <name>', 'name of the application, if none is configured', 'otp-verify')
    .option(
      '--language <code>',
      'template language; repeat for more. The first serves all other languages. Default: those configured, or en',
      again,
    )
    .option('--brand <name>', 'name of your brand, at the start of every message')
    .option('--sender <id>', 'sender of the messages (default: that of the account)')
    .option(
      '--host-placeholder <name>',
      'placeholder for the host of the page, or "none" (default: that of the configured templates, or host)',
    )
    .option('--code-length <digits>', 'digits of a code (default: those of the sites)', codeDigits)
    .addOption(
      new Option('--long', 'set up the templates of longer codes (longMessageIds) instead').conflicts(
        'codeLength',
      ),
    )
    .option('--env-file <file>', 'file that the ids are written to', '.env')
    .option('--yes', 'write without asking')
    .option('--config <file>', 'configuration file')
    .action(async (options: Options) => {
      const read = await readInfobipAccount(env, options.config)
      const { messageIds, longMessageIds } = read
      const account = options.long
        ? { ...read, messageIds: longMessageIds, longMessageIds: messageIds }
        : read
      const management = infobipManagement(managementOf(account))
      if (!options.long) await checkWritable(options.envFile)
      const wish = wishOf(options, account, await templatesInUse(management, account))
      const plan = await planSetup(management, wish, account)
      print([...planLines(plan), ...adviceLines(plan)].join('\n'))
      if (!isEmpty(plan) && !options.yes) {
        if (!confirmed)
          throw new ArgumentError([
            '--yes: is needed to write these changes; there is no terminal to ask at.',
          ])
        if (!(await confirmed('Write this to Infobip?'))) return print('Nothing was written.')
      }
      const setUp = await applyPlan(management, plan)
      if (!isEmpty(plan)) await confirm(management, wish, account, setUp)
      const whole = { ...setUp, messageIds: merged(account.messageIds, setUp.messageIds) }
      if (options.long) return reportLong(whole, wish, print)
      if (wish.hostPlaceholder === undefined && account.hostPlaceholder !== undefined) print(NO_PLACEHOLDER)
      await report(whole, wish, options.envFile, print)
    })
}

/** What remains to be done where messages had a place for the host, and have none any more. */
const NO_PLACEHOLDER =
  'No message has a placeholder for the host any more: unset INFOBIP_HOST_PLACEHOLDER, and remove hostPlaceholder from otp-verify.config.json.'

async function report(
  { applicationId, messageIds }: SetUp,
  { hostPlaceholder }: Wish,
  envFile: string,
  print: (text: string) => void,
): Promise<void> {
  const variables = {
    ...{ INFOBIP_2FA_APP_ID: applicationId, INFOBIP_2FA_MESSAGE_ID: messageIds.default },
    // Without it nothing would fill the placeholder; for a text that has none, doctor would ask for it.
    INFOBIP_HOST_PLACEHOLDER: hostPlaceholder,
  }
  try {
    const written = await setVariables(envFile, variables)
    print(written ? `Wrote the ids to ${envFile}.` : `${envFile} already has the ids.`)
    print(`Nothing reads that file by itself. Load it before doctor and serve: ${loadLine(envFile)}`)
  } finally {
    // They exist at Infobip already, whether or not they could be written to the file here.
    print('Or write this into otp-verify.config.json, which is read from the folder where the command runs:')
    print(JSON.stringify({ infobip: { applicationId, messageIds, hostPlaceholder } }, null, 2))
  }
}

function reportLong(
  { applicationId, messageIds }: SetUp,
  { codeLength }: Wish,
  print: (text: string) => void,
): void {
  print('Add this to otp-verify.config.json:')
  const infobip = { applicationId, longMessageIds: messageIds, longCodeLength: codeLength }
  print(JSON.stringify({ infobip }, null, 2))
}

function managementOf({ baseUrl, managementKey }: InfobipAccount): { baseUrl: string; apiKey: string } {
  if (baseUrl !== undefined && managementKey !== undefined) return { baseUrl, apiKey: managementKey }
  throw new ConfigError([
    ...(baseUrl === undefined ? ['INFOBIP_BASE_URL: is missing; the Infobip portal shows it.'] : []),
    ...(managementKey === undefined
      ? [
          'INFOBIP_MANAGEMENT_API_KEY: is missing; create a key with the scope 2fa:manage that expires soon, and do not give it to the server.',
        ]
      : []),
  ])
}

/** The configured templates that exist at Infobip. */
async function templatesInUse(management: Management, account: InfobipAccount): Promise<Template[]> {
  const ids = Object.values(idsInUse(account) ?? {})
  if (account.applicationId === undefined || ids.length === 0) return []
  const templates = await management.templates(account.applicationId)
  return templates.filter(({ messageId }) => ids.includes(messageId))
}

/** @param templates those that are configured: what no option says stays as it is in them. */
function wishOf(options: Options, account: InfobipAccount, templates: readonly Template[]): Wish {
  const { name, language = [], brand, sender } = options
  const used = templates.length > 0 ? (placeholderIn(templates) ?? 'none') : 'host'
  const placeholder = options.hostPlaceholder ?? account.hostPlaceholder ?? used
  if (!HOST_PLACEHOLDER.test(placeholder)) {
    throw new ArgumentError([
      '--host-placeholder: must be a name such as host: letters and digits, without "pin".',
    ])
  }
  const [length = 6, ...others] = new Set(account.sites.map(({ codeLength }) => codeLength))
  if (options.codeLength === undefined && !options.long && others.length > 0) {
    throw new ArgumentError([
      '--code-length: the sites have codes of different lengths; say which templates to make.',
    ])
  }
  const ids = language.length === 0 ? idsInUse(account) : undefined
  return {
    ...{ name, brand, sender },
    messages: ids
      ? messagesInUse(ids, templates, MESSAGE_TEXTS)
      : messagesIn(language.length > 0 ? language : ['en'], MESSAGE_TEXTS),
    hostPlaceholder: placeholder === 'none' ? undefined : placeholder,
    codeLength: options.long ? account.longCodeLength : (options.codeLength ?? length),
  }
}

function planLines(plan: Plan): string[] {
  if (isEmpty(plan)) return ['Nothing to change: the application and its templates are as they should be.']
  const { application, templates } = plan
  const { id, name, settings, changes } = application
  return [
    `${id === undefined ? 'New application' : 'Application'} "${visible(name)}"${id === undefined ? '' : ` (${id})`}`,
    ...(id === undefined
      ? Object.entries(settings).map(([setting, value]) => `  + ${setting}: ${value}`)
      : changes.map(({ setting, from, to, because }) => `  ~ ${setting}: ${from} → ${to}, for ${because}`)),
    ...templates.flatMap(({ id, tags, request, changes }) => [
      `${id === undefined ? 'New template' : 'Template'} ${visible(tags.join(', '))}${id === undefined ? '' : ` (${id})`}`,
      ...(id === undefined
        ? [`  + "${visible(request.messageText)}", ${request.pinLength} digits`]
        : changes.map((change) => `  ~ ${change}`)),
    ]),
  ]
}

/** Advice about the texts, each piece once, with the pages it applies to. */
function adviceLines({ templates }: Plan): string[] {
  const all = new Map(templates.flatMap(({ advice }) => advice).map((one) => [one.message, one.fix]))
  return [...all].flatMap(([message, fix]) => {
    const tags = templates
      .filter(({ advice }) => advice.some((one) => one.message === message))
      .flatMap((step) => step.tags)
    return [`· ${visible(tags.join(', '))}: ${message}`, `  → ${fix}`]
  })
}

function again(value: string, before: string[] = []): string[] {
  return [...before, ...value.split(',')]
}

/** Asks at the terminal. Ctrl-C and Ctrl-D mean no. */
export async function askAtTerminal(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const terminal = createInterface({ input, output, terminal: true })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ABORT_ERR') throw error
    output.write('\n')
    return false
  } finally {
    terminal.close()
  }
}
