import { userInfo } from 'node:os'
import { Command } from 'commander'
import { readStoreSettings } from '../config/parts.js'
import { ConfigError } from '../config/config-error.js'
import type { Environment } from '../config/sources.js'
import { LONGEST_OVERRIDE, type Scope, type Verdict } from '../guard/overrides.js'
import { liftOverride, livingOverrides, setOverride, type Override } from '../guard/override-list.js'
import type { Observe } from '../observe/events.js'
import { createLogger, logEvents } from '../observe/log.js'
import { inTurn } from '../in-turn.js'
import { forOption, utc } from './duration.js'
import { readScopes, written, type ScopeOptions } from './override-scope.js'
import { withServerStore } from './server-store.js'

interface Options extends ScopeOptions {
  config?: string
}

/** What the commands work with. */
export interface OverrideCommandDeps {
  /** Takes what goes to the standard output. */
  print: (text: string) => void
  /** Takes the lines that say who changed what. @default JSON on the standard error */
  observe?: Observe
  /** Where a number is read from when it is given as `-`. */
  input?: AsyncIterable<Buffer | string>
}

const MOST_NOTE = 200

/** `otp-verify allow`, `deny`, `lift` and `overrides`. */
export function overrideCommands(env: Environment, deps: OverrideCommandDeps): Command[] {
  const { print, observe = logEvents(createLogger('info', process.stderr)), input = process.stdin } = deps

  function setCommand(verdict: Verdict, description: string): Command {
    return scoped(new Command(verdict), description)
      .addOption(forOption(LONGEST_OVERRIDE))
      .option('--note <text>', 'why, for whoever reads the list', noteOf)
      .action(async (options: Options & { for: number; note?: string }) => {
        const scopes = await readScopes(options, input)
        const settings = await readStoreSettings(env, options.config)
        const set = await withServerStore(settings, async (store, digests) => {
          const all = scopes.map((scope) => ({ scope, verdict, by: whoAmI(), note: options.note }))
          return inTurn(
            all.map((given) => () => setOverride({ store, digests, observe }, given, options.for)),
          )
        })
        for (const { scope, until } of set) {
          print(`${effectOf(verdict, scope)} until ${utc(until)}, or until: otp-verify lift.`)
        }
      })
  }

  const lift = scoped(new Command('lift'), 'take back what allow or deny said').action(
    async (options: Options) => {
      const scopes = await readScopes(options, input)
      const settings = await readStoreSettings(env, options.config)
      const lifted = await withServerStore(settings, async (store, digests) => {
        const lifting = scopes.map(
          (scope) => () => liftOverride({ store, digests, observe }, scope, whoAmI()),
        )
        return (await inTurn(lifting)).includes(true)
      })
      print(lifted ? 'It is taken back.' : 'There was no such override. otp-verify overrides lists them.')
    },
  )

  const list = new Command('overrides')
    .description('list what is allowed and denied, until when and by whom')
    .option('--config <file>', 'configuration file')
    .option('--json', 'for scripts')
    .action(async ({ config, json }: { config?: string; json?: true }) => {
      const settings = await readStoreSettings(env, config)
      const { overrides, foreign } = await withServerStore(settings, livingOverrides)
      print(json ? JSON.stringify({ overrides: overrides.map(plain), foreign }) : table(overrides, foreign))
    })

  return [
    setCommand('allow', 'waive limits, credit and challenges for a number, a range or an address'),
    setCommand('deny', 'send nothing to a number or a range, or for an address'),
    lift,
    list,
  ]
}

function scoped(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--number <number>', 'with + and calling code; - reads it from the standard input')
    .option('--range <digits>', 'numbers that begin so: all their digits but the last four, or six')
    .option('--address <address>', 'of who asks: an address, or its /24, /64 or /48')
    .option('--config <file>', 'configuration file')
}

function effectOf(verdict: Verdict, scope: Scope): string {
  const asks = scope.of === 'address' || scope.of === 'neighbourhood'
  const whom = scope.of === 'number' ? 'this number' : written(scope)
  if (verdict === 'deny') return `Nothing is sent ${asks ? 'for callers at' : 'to'} ${whom}`
  return `Limits, credit and challenges are waived for ${asks ? 'callers at ' : ''}${whom}`
}

function noteOf(text: string): string {
  if (text.length <= MOST_NOTE && !/\p{C}/u.test(text)) return text
  throw new ConfigError([`--note: one line of ${MOST_NOTE} characters at most.`])
}

function plain({ scope, verdict, until, by, note }: Override): object {
  return { verdict, ...scope, until: new Date(until).toISOString(), by, note }
}

function table(overrides: readonly Override[], foreign: number): string {
  const width = Math.max(...overrides.map(({ scope }) => written(scope).length))
  const rows = overrides.map(({ scope, verdict, until, by, note = '' }) =>
    [verdict.padEnd(5), written(scope).padEnd(width), `until ${utc(until)}`, `by ${by}`, note]
      .join('  ')
      .trimEnd(),
  )
  if (foreign > 0) rows.push(`${foreign} more were made under another OTP_PEPPER; servers do not obey them.`)
  return rows.join('\n') || 'Nothing is allowed or denied.'
}

/** The user of the operating system; a container may have none of that number. */
function whoAmI(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
