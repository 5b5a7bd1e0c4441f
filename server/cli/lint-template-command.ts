import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { readPrices } from '../config/parts.js'
import { LONG_CODE } from '../config/schema.js'
import type { Prices } from '../config/sites.js'
import type { Environment } from '../config/variables.js'
import { lintTemplate, type Lint } from '../message/lint-template.js'
import { parseOriginBound } from '../message/origin-bound.js'
import { visible } from '../message/visible.js'
import { parseOriginPattern } from '../site/origin.js'
import { ArgumentError } from './argument-error.js'
import { codeDigits } from './code-digits.js'
import type { Terminal } from './terminal.js'

interface Options {
  file?: string
  host: string
  hostPlaceholder: string
  codeLength: number
  brand?: string
  config?: string
  json?: true
}

/** `otp-verify lint-template`. */
export function lintTemplateCommand(
  env: Environment,
  { print, fail }: Pick<Terminal, 'print' | 'fail'>,
): Command {
  return new Command('lint-template')
    .description('check the text of a message template as phones read it, and say what a message costs')
    .argument('[text]', 'the text, with {{pin}} for the code')
    .option('--file <file>', 'file with the text')
    .option('--host <host>', 'host of the page that the codes are for', 'shop.example')
    .option('--host-placeholder <name>', 'placeholder for that host, or "none"', 'host')
    .option('--code-length <digits>', 'digits of a code', codeDigits, 6)
    .option('--brand <name>', 'name that the messages should contain')
    .option('--config <file>', 'configuration file, for the prices')
    .option('--json', 'print JSON')
    .action(async (argument: string | undefined, options: Options) => {
      checkHost(options.host)
      const text = await textOf(argument, options.file)
      const prices = await readPrices(env, options.config)
      const { host, hostPlaceholder, codeLength, brand } = options
      const use = {
        ...{ host, codeLength, brand },
        hostPlaceholder: isWithout(text, hostPlaceholder) ? undefined : hostPlaceholder,
      }
      const lint = lintTemplate(text, use)
      const long = lintTemplate(text, { ...use, codeLength: LONG_CODE })
      const ok = lint.weaknesses.length === 0
      print(options.json ? json(lint, long, prices) : lines(lint, long, prices).join('\n'))
      if (!ok) fail()
    })
}

/** Whether the text needs no placeholder: it was ruled out, or the text names its host itself. */
function isWithout(text: string, hostPlaceholder: string): boolean {
  if (hostPlaceholder === 'none') return true
  return parseOriginBound(text) !== undefined && !text.includes(`{{${hostPlaceholder}}}`)
}

function checkHost(host: string): void {
  const pattern = parseOriginPattern(`https://${host}`, { insecureLoopback: true })
  if ('mistake' in pattern || pattern.kind !== 'exact' || new URL(pattern.origin).host !== host.toLowerCase())
    throw new ArgumentError(['--host: is not a host name such as shop.example.'])
}

async function textOf(argument: string | undefined, file: string | undefined): Promise<string> {
  if ((argument === undefined) === (file === undefined)) {
    throw new ArgumentError(['TEXT: give the text of the template, or --file FILE.'])
  }
  if (file === undefined) return argument!.replaceAll('\\n', '\n')
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ArgumentError(['--file: the file cannot be read.'])
  })
  // Editors end a file with a newline that is not part of the text.
  return text.replace(/\r?\n$/, '')
}

/** @param long the same text with the longest code, shown where that takes more messages. */
function json(
  { length, encoding, segments, weaknesses, advice }: Lint,
  long: Lint,
  prices: Prices | undefined,
): string {
  const costOf = (parts: number) => prices && { currency: prices.currency, ...costs(prices, parts) }
  return JSON.stringify({
    ok: weaknesses.length === 0,
    problems: weaknesses,
    advice,
    length,
    encoding,
    segments,
    cost: costOf(segments),
    ...(long.segments > segments && {
      long: { codeLength: LONG_CODE, segments: long.segments, cost: costOf(long.segments) },
    }),
  })
}

function lines(
  { message, length, encoding, segments, weaknesses, advice }: Lint,
  long: Lint,
  prices?: Prices,
): string[] {
  const isFound = weaknesses.length === 0 && advice.every(({ check }) => check !== 'template.word')
  return [
    ...message.split('\n').map((line) => `  | ${visible(line)}`),
    `${length} characters, ${encoding}, ${segments === 1 ? 'one message' : `${segments} messages`}.`,
    ...(prices ? costLines(prices, segments) : []),
    ...(long.segments > segments ? longLines(long, prices) : []),
    ...weaknesses.flatMap(({ message: what, fix }) => [`✗ ${what}`, `  → ${fix}`]),
    ...advice.flatMap(({ message: what, fix }) => [`· ${what}`, `  → ${fix}`]),
    ...(isFound ? ['✓ Phones find the code in it.'] : []),
  ]
}

function longLines({ segments }: Lint, prices?: Prices): string[] {
  return [
    `With the ${LONG_CODE} digits of longer codes (longMessageIds) it is ${segments} messages.`,
    ...(prices ? costLines(prices, segments) : []),
  ]
}

/** What a whole message costs where prices are per part. */
function costs({ texts: { named, usual } }: Prices, segments: number): Record<string, number> {
  const rounded = (price: number) => Number((price * segments).toFixed(6))
  return {
    default: rounded(usual),
    ...Object.fromEntries([...named].map(([country, price]) => [country, rounded(price)])),
  }
}

function costLines(prices: Prices, segments: number): string[] {
  const { default: usual, ...named } = costs(prices, segments)
  const each = Object.entries(named).map(([country, cost]) => `${cost} to ${country}, `)
  const cost = `${each.join('')}${usual} to ${each.length > 0 ? 'other countries' : 'any country'} (${prices.currency}).`
  if (segments === 1) return [`It costs ${cost}`]
  return [
    `If the prices in the file are those of one part, it costs ${cost}`,
    'Write that there: bound and dailySpend take them as prices of whole messages.',
  ]
}
