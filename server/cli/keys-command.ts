import { Command } from 'commander'
import { readKeySettings } from '../config/parts.js'
import type { Environment } from '../config/variables.js'
import {
  generateKeys,
  listKeys,
  revokeKey,
  rotateKeys,
  sourceOf,
  type KeyReport,
  type KeyRow,
} from './keys.js'
import type { Terminal } from './terminal.js'

interface Options {
  config?: string
  file?: string
  json?: true
}

/** `otp-verify keys …`. */
export function keysCommand(env: Environment, { print }: Pick<Terminal, 'print'>): Command {
  const keys = new Command('keys').description('make, show, replace and revoke the keys that sign tokens')

  function command(
    name: string,
    summary: string,
    run: (options: Options, kid: string) => Promise<KeyReport>,
  ) {
    return keys
      .command(name)
      .description(summary)
      .option('--file <file>', 'key file (default: that of OTP_SIGNING_KEYS, or data/signing-keys.json)')
      .option('--config <file>', 'configuration file')
      .option('--json', 'print JSON')
      .action(async (...args: unknown[]) => {
        // Commander hands over the arguments, then the options, then the command.
        const options = args.at(-2) as Options
        const report = await run(options, String(args[0]))
        print(options.json ? JSON.stringify(report) : [...report.lines, ...table(report.keys)].join('\n'))
      })
  }

  const settingsOf = ({ config }: Options) => readKeySettings(env, config)
  const source = async (options: Options) => sourceOf(await settingsOf(options), options.file)
  command('list', 'show the keys and their states', async (options) =>
    listKeys(await settingsOf(options), await source(options), Date.now()),
  )
  command('generate', 'make a file with a new key', async (options) =>
    generateKeys(await source(options), Date.now()),
  )
  command('rotate', 'add a key that signs once every verifier knows it', async (options) =>
    rotateKeys(await settingsOf(options), await source(options), Date.now()),
  )
  command('revoke <kid>', "refuse a leaked key's tokens at once", async (options, kid) =>
    revokeKey(await settingsOf(options), await source(options), kid, Date.now()),
  )
    // The kid of a key in PEM is its thumbprint, which may begin with a dash like an option.
    .allowUnknownOption()
  return keys
}

const STATES: Record<KeyRow['state'], (row: KeyRow) => string> = {
  waiting: ({ signsFrom }) => `signs from ${signsFrom}`,
  signing: ({ publishedUntil }) => (publishedUntil ? `signs; published until ${publishedUntil}` : 'signs'),
  ending: ({ publishedUntil }) => (publishedUntil ? `published until ${publishedUntil}` : 'published'),
  ended: () => 'ended',
  revoked: ({ kid }) => `revoked; taken out by: otp-verify keys revoke ${kid}`,
}

function table(rows: readonly KeyRow[]): string[] {
  const width = Math.max(0, ...rows.map(({ kid }) => kid.length))
  return rows.map((row) => `${row.kid.padEnd(width)}  ${row.algorithm}  ${STATES[row.state](row)}`)
}
