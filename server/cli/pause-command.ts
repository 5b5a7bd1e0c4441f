import { Command } from 'commander'
import { readStoreSettings } from '../config/parts.js'
import { ConfigError } from '../config/config-error.js'
import type { Environment } from '../config/sources.js'
import { LONGEST_PAUSE, pause, resume, type Paused } from '../guard/pause.js'
import type { Store } from '../store/store.js'
import { servedCountries } from '../verification/phone-number.js'
import { forOption, utc } from './duration.js'
import { withStore } from './server-store.js'

interface Options {
  site?: string
  country?: string
  config?: string
}

/** `otp-verify pause`. @param print takes what goes to the standard output. */
export function pauseCommand(env: Environment, print: (text: string) => void): Command {
  return scoped(new Command('pause'), 'stop sending at once, on every server of the store')
    .addOption(forOption(LONGEST_PAUSE))
    .action(async (options: Options & { for: number }) => {
      const paused = await change(env, options, (store, what) => pause(store, what, options.for))
      print(
        `Nothing is sent ${paused} until about ${utc(Date.now() + options.for)}, or until: otp-verify resume. Codes are checked all the same.`,
      )
    })
}

/** `otp-verify resume`. @param print takes what goes to the standard output. */
export function resumeCommand(env: Environment, print: (text: string) => void): Command {
  return scoped(new Command('resume'), 'send again what was paused').action(async (options: Options) => {
    print(`The pause of what is sent ${await change(env, options, resume)} is over. Others stay as they are.`)
  })
}

function scoped(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--site <sitekey>', 'of one site only')
    .option('--country <code>', 'to one country only, such as HR')
    .option('--config <file>', 'configuration file')
}

/** Changes what is paused. @returns in words, what it is about. */
async function change(
  env: Environment,
  { site, country, config }: Options,
  work: (store: Store, paused: Paused) => Promise<void>,
): Promise<string> {
  const settings = await readStoreSettings(env, config)
  const code = country?.toUpperCase()
  if (code !== undefined && !servedCountries().includes(code)) {
    throw new ConfigError(['--country: it is no ISO 3166-1 code such as HR.'])
  }
  if (site !== undefined && !settings.sitekeys.includes(site)) {
    throw new ConfigError(['--site: no site of the configuration has that sitekey.'])
  }
  await withStore(settings.store, (store) => work(store, { sitekey: site, country: code }))
  return [
    site === undefined ? 'by any site' : `by ${site}`,
    code === undefined ? 'to any country' : `to ${code}`,
  ].join(' ')
}
