import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { readStoreSettings } from '../config/parts.js'
import type { Environment } from '../config/variables.js'
import { liftOverride, livingOverrides, setOverride, type Override } from '../guard/override-list.js'
import { LONGEST_OVERRIDE, type Scope, type Verdict } from '../guard/overrides.js'
import { livingPauses, type Pause } from '../guard/pause-list.js'
import type { Observe } from '../observe/events.js'
import { createLogger, logEvents } from '../observe/log.js'
import { inTurn } from '../store/in-turn.js'
import { noteOption, whoAmI } from './author.js'
import { forOption, utc } from './duration.js'
import { liftLine, readScopes, written, type ScopeOptions } from './override-scope.js'
import { pausedWords } from './pause-words.js'
import { withServerStore } from './server-store.js'

interface Options extends ScopeOptions {
  config?: string
}

/** What the commands work with. */
export interface OverrideCommandDeps {
  /** Takes what goes to the standard output. */
  print: (text: string) => void
  /** Takes the events that say who changed what. @default JSON on the standard error */
  observe?: Observe
  /** Where a number is read from when it is given as `-`. */
  input?: AsyncIterable<Buffer | string>
}

/** `otp-verify allow`, `deny`, `lift` and `overrides`. */
export function overrideCommands(env: Environment, deps: OverrideCommandDeps): Command[] {
  const { print, observe = logEvents(createLogger('info', process.stderr)), input = process.stdin } = deps

  function setCommand(verdict: Verdict, description: string): Command {
    return scoped(new Command(verdict), description)
      .addOption(forOption(LONGEST_OVERRIDE))
      .addOption(noteOption())
      .action(async (options: Options & { for: number; note?: string }) => {
        const scopes = await readScopes(options, input)
        const settings = await readStoreSettings(env, options.config)
        const set = await withServerStore(settings, async (store, digests) => {
          const all = scopes.map((scope) => ({ scope, verdict, by: whoAmI(), note: options.note }))
          return inTurn(
            all.map(
              (given) => () =>
                setOverride({ store, digests, observe, random: randomBytes }, given, options.for),
            ),
          )
        })
        for (const { scope, until } of set) {
          print(`${effectOf(verdict, scope)} until ${utc(until)}, or until: ${liftLine(scope)}.`)
        }
      })
  }

  const lift = scoped(new Command('lift'), 'remove an allow or deny').action(async (options: Options) => {
    const scopes = await readScopes(options, input)
    const settings = await readStoreSettings(env, options.config)
    const lifted = await withServerStore(settings, async (store, digests) => {
      const lifting = scopes.map((scope) => () => liftOverride({ store, digests, observe }, scope, whoAmI()))
      return (await inTurn(lifting)).includes(true)
    })
    print(lifted ? 'Removed.' : 'There is no such override. otp-verify overrides lists them.')
  })

  const list = new Command('overrides')
    .description('list what is allowed, denied and paused, until when and by whom')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print JSON')
    .action(async ({ config, json }: { config?: string; json?: true }) => {
      const settings = await readStoreSettings(env, config)
      const { overrides, foreign, pauses } = await withServerStore(settings, async (store, digests) => ({
        ...(await livingOverrides(store, digests)),
        pauses: await livingPauses(store),
      }))
      if (!json) return print(table(overrides, foreign, pauses))
      const dated = pauses.map((one) => ({ ...one, until: new Date(one.until).toISOString() }))
      print(JSON.stringify({ overrides: overrides.map(plain), foreign, pauses: dated }))
    })

  return [
    setCommand('allow', 'waive limits, credit and challenges for a number, a range or an IP address'),
    setCommand('deny', 'send nothing to a number or a range, or for an IP address'),
    lift,
    list,
  ]
}

function scoped(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--number <number>', 'with + and calling code; - reads it from standard input')
    .option(
      '--range <digits>',
      'first digits of the numbers: all but the last four, or six; an x may stand for each of those',
    )
    .option('--address <address>', 'IP address that asks, or its /24, /64 or /48')
    .option('--config <file>', 'configuration file')
}

function effectOf(verdict: Verdict, scope: Scope): string {
  const asks = scope.of === 'address' || scope.of === 'neighbourhood'
  const whom = scope.of === 'number' ? 'this number' : written(scope)
  if (verdict === 'deny') return `Nothing is sent ${asks ? 'for requests from' : 'to'} ${whom}`
  return `Limits, credit and challenges are waived for ${asks ? 'requests from ' : ''}${whom}`
}

function plain({ scope, verdict, until, by, note }: Override): object {
  return { verdict, ...scope, until: new Date(until).toISOString(), by, note }
}

function table(overrides: readonly Override[], foreign: number, pauses: readonly Pause[]): string {
  const told = [
    ...overrides.map(({ scope, verdict, ...one }) => ({ ...one, what: verdict, whom: written(scope) })),
    ...pauses.map((one) => ({ ...one, what: 'pause', whom: pausedWords(one) })),
  ]
  const width = Math.max(...told.map(({ whom }) => whom.length))
  const rows = told.map(({ what, whom, until, by, note = '' }) =>
    [what.padEnd(5), whom.padEnd(width), `until ${utc(until)}`, `by ${by}`, note].join('  ').trimEnd(),
  )
  if (foreign > 0) rows.push(`${foreign} more were made under another OTP_PEPPER; servers ignore them.`)
  return rows.join('\n') || 'Nothing is allowed, denied or paused.'
}
