import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { readStoreSettings, type StoreSettings } from '../config/parts.js'
import type { Environment } from '../config/variables.js'
import { eraseNumber, type EraseReport } from './erase.js'
import type { Terminal } from './terminal.js'

interface Options {
  config?: string
  site?: string[]
  dryRun?: true
  json?: true
}

/**
 * `otp-verify erase`.
 *
 * @param input where the number is read from when the argument is `-`.
 */
export function eraseCommand(
  env: Environment,
  { print }: Pick<Terminal, 'print'>,
  input: AsyncIterable<Buffer | string> = process.stdin,
): Command {
  return new Command('erase')
    .description(
      'erase what can be found about a number: its verifications, limits and marks, at every known site',
    )
    .argument(
      '<number>',
      'with + and its calling code; - reads it from standard input, so that no shell history keeps it',
    )
    .option('--dry-run', 'only say how much is kept')
    .option(
      '--site <sitekey>',
      'also look at this site, no longer configured; repeatable',
      (site, others: string[] = []) => [...others, site],
    )
    .option('--config <file>', 'configuration file')
    .option('--json', 'print JSON')
    .action(async (number: string, options: Options) => {
      const settings = await readStoreSettings(env, options.config)
      const given = number === '-' ? (await text(input as NodeJS.ReadableStream)).trim() : number
      const { dryRun = false, site: sites = [] } = options
      const report = await eraseNumber(settings, given, { dryRun, sites })
      print(options.json ? JSON.stringify(report) : sentences(report, settings).join('\n'))
    })
}

function sentences(report: EraseReport, settings: StoreSettings): string[] {
  const { verifications, skipped, countersAndMarks, sites, silentServers: silent = 0, erased } = report
  const told = (n: number, one: string, many: string) =>
    n === 1
      ? `1 ${one} ${erased ? 'was forgotten' : 'is kept'}`
      : `${n} ${many} ${erased ? 'were forgotten' : 'are kept'}`
  return [
    `${told(verifications, 'verification of this number', 'verifications of this number')}.`,
    `${told(countersAndMarks, 'counter or mark of it', 'counters and marks of it')}, at: ${sites.join(', ')}.`,
    ...(skipped > 0
      ? [
          `Skipped: ${skipped} of the keys under otp:v: belong to another program. Give that program its own Redis.`,
        ]
      : []),
    ...(silent > 0
      ? [
          `Not looked at: the sites of ${silent} ${silent === 1 ? 'server' : 'servers'} of an older version, which does not name them. Name each with --site.`,
        ]
      : []),
    ...(erased ? leftBy(settings) : []),
  ]
}

/** What may remain nevertheless. */
function leftBy({ peppers, store }: StoreSettings): string[] {
  const hasOnePepper = peppers?.length !== 2
  return [
    'Answers kept for retried requests cannot be found by number: they are sealed, and gone five minutes after the request. ' +
      'Nor can the mark that an IP address has asked for it, which is gone an hour after the start.',
    ...(hasOnePepper
      ? [
          'If OTP_PEPPER was replaced in the last 90 days, erase it again with OTP_PEPPER=NEW,OLD: what is under the old one is not found otherwise.',
        ]
      : []),
    ...(/^redis/i.test(store)
      ? [
          'Redis keeps it in its append-only file until that is rewritten: run redis-cli BGREWRITEAOF on each node and replica.',
        ]
      : []),
  ]
}
