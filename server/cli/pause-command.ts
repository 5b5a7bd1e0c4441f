import { Command } from 'commander'
import { readStoreSettings } from '../config/parts.js'
import type { Environment } from '../config/variables.js'
import { LONGEST_PAUSE, type Paused } from '../guard/pause.js'
import { liftPause, livingPauses, setPause, type Pause, type PauseDeps } from '../guard/pause-list.js'
import type { Observe } from '../observe/events.js'
import { createLogger, logEvents } from '../observe/log.js'
import { servedCountries } from '../phone-number/phone-number.js'
import { serversOn } from '../token/peers.js'
import { ArgumentError } from './argument-error.js'
import { noteOption, whoAmI } from './author.js'
import { forOption, utc } from './duration.js'
import { pausedWords, pauseSentence, resumeLine } from './pause-words.js'
import { withStore } from './server-store.js'
import { warn, type Terminal } from './terminal.js'

interface Options {
  site?: string
  country?: string
  config?: string
}

type PauseOptions = Options & { for: number; note?: string }

/**
 * `otp-verify pause`.
 *
 * @param observe takes the event that says who paused what; JSON on standard error by default.
 */
export function pauseCommand(
  env: Environment,
  { print }: Pick<Terminal, 'print'>,
  observe: Observe = logEvents(createLogger('info', process.stderr)),
): Command {
  return scoped(new Command('pause'), 'stop sending at once, on every server of the store')
    .addOption(forOption(LONGEST_PAUSE))
    .addOption(noteOption())
    .action(async (options: PauseOptions) => {
      const { changed, servers } = await change(env, options, observe, (deps, what) =>
        setPause(deps, { ...what, by: whoAmI(), note: options.note }, options.for),
      )
      const { until, ...paused } = changed
      const told = [
        `Nothing is sent ${pausedWords(paused)} until about ${utc(until)}, or until: ${resumeLine(paused)}.`,
        'Codes are still checked.',
        ...obeyedBy(servers),
      ]
      print(told.join(' '))
    })
}

/** `otp-verify resume`, with what `pauseCommand` takes. */
export function resumeCommand(
  env: Environment,
  { print }: Pick<Terminal, 'print'>,
  observe: Observe = logEvents(createLogger('info', process.stderr)),
): Command {
  return scoped(new Command('resume'), 'end a pause').action(async (options: Options) => {
    const { changed, servers } = await change(env, options, observe, async (deps, paused) => {
      const existed = await liftPause(deps, paused, whoAmI())
      return [
        existed
          ? `Messages sent ${pausedWords(paused)} are no longer paused.`
          : `Messages sent ${pausedWords(paused)} were not paused.`,
        ...othersLines(await livingPauses(deps.store)),
      ]
    })
    print([...changed, ...obeyedBy(servers)].join('\n'))
  })
}

function othersLines(others: readonly Pause[]): string[] {
  if (others.length === 0) return ['There are no other pauses.']
  return ['Other pauses:', ...others.map((one) => `  ${pauseSentence(one)}, or until: ${resumeLine(one)}`)]
}

function scoped(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--site <sitekey>', 'only this site')
    .option('--country <code>', 'only this country, such as HR')
    .option('--config <file>', 'configuration file')
}

/** Changes what is paused. */
async function change<T>(
  env: Environment,
  { site, country, config }: Options,
  observe: Observe,
  work: (deps: PauseDeps, paused: Paused) => Promise<T>,
): Promise<{ changed: T; servers: number }> {
  const settings = await readStoreSettings(env, config)
  const code = country?.toUpperCase()
  if (code !== undefined && !servedCountries().includes(code)) {
    throw new ArgumentError(['--country: is not an ISO 3166-1 code; write HR, for example.'])
  }
  if (site !== undefined && !settings.sitekeys.includes(site)) {
    throw new ArgumentError(['--site: no configured site has that sitekey.'])
  }
  return withStore(settings.store, async (store) => {
    const changed = await work({ store, observe }, { sitekey: site, country: code })
    const servers = await serversOn(store)
    if (servers === 0) {
      warn(
        'Warning: no server uses this store now. If servers are running, they use another: run this with their OTP_STORE.',
      )
    }
    return { changed, servers }
  })
}

/** Empty without a server; a warning says that. */
function obeyedBy(servers: number): string[] {
  if (servers === 0) return []
  return [servers === 1 ? 'One server obeys.' : `${servers} servers obey.`]
}
