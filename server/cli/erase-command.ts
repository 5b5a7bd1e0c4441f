import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { readStoreSettings } from '../config/parts.js'
import type { Environment } from '../config/sources.js'
import { eraseNumber, type EraseReport } from './erase.js'

interface Options {
  config?: string
  dryRun?: true
  json?: true
}

/**
 * `otp-verify erase`.
 *
 * @param print takes what goes to the standard output.
 * @param input where the number is read from when the argument is `-`.
 */
export function eraseCommand(
  env: Environment,
  print: (text: string) => void,
  input: AsyncIterable<Buffer | string> = process.stdin,
): Command {
  return new Command('erase')
    .description('forget everything that is kept about a number')
    .argument(
      '<number>',
      'with + and its calling code; - reads it from the standard input, which no history keeps',
    )
    .option('--dry-run', 'only say how much is kept')
    .option('--config <file>', 'configuration file')
    .option('--json', 'for scripts')
    .action(async (number: string, options: Options) => {
      const settings = await readStoreSettings(env, options.config)
      const given = number === '-' ? (await text(input as NodeJS.ReadableStream)).trim() : number
      const report = await eraseNumber(settings, given, { dryRun: options.dryRun ?? false })
      print(options.json ? JSON.stringify(report) : sentences(report).join('\n'))
    })
}

function sentences({ verifications, skipped, erased }: EraseReport): string[] {
  const many = verifications === 1 ? '1 verification' : `${verifications} verifications`
  const others =
    skipped > 0
      ? [`Skipped: ${skipped} of the keys under otp:v: are another program's. Give it a Redis of its own.`]
      : []
  if (!erased) return [`${many} of this number ${verifications === 1 ? 'is' : 'are'} kept.`, ...others]
  return [
    `${many} of this number ${verifications === 1 ? 'was' : 'were'} forgotten.`,
    ...others,
    'Answers to retried calls cannot be found by number: they are sealed, and gone five minutes after the call.',
  ]
}
