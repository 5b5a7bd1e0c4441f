import { Command } from 'commander'
import { readPrices } from '../config/parts.js'
import type { Environment } from '../config/variables.js'
import { openLog } from './open-log.js'
import { shadowReport, type RuleReport, type ShadowReport, type SiteReport } from './shadow-report.js'
import type { Terminal } from './terminal.js'

interface Options {
  config?: string
  log?: string
  json?: true
}

/**
 * `otp-verify shadow-report`.
 *
 * @param input the log, where no file is named.
 */
export function shadowReportCommand(
  env: Environment,
  { print, fail }: Pick<Terminal, 'print' | 'fail'>,
  input: AsyncIterable<Buffer | string> = process.stdin,
): Command {
  return new Command('shadow-report')
    .description('say what the guard would have refused, from the log of servers in shadow mode')
    .option('--log <file>', 'log file (default: standard input)')
    .option('--config <file>', 'configuration file, for prices')
    .option('--json', 'print JSON')
    .action(async ({ config, log, json }: Options) => {
      const prices = await readPrices(env, config)
      const report = await shadowReport(openLog(log, input), prices?.of)
      if (report.from === undefined) fail()
      if (json) return print(JSON.stringify({ currency: prices?.currency, ...report }))
      print(sentences(report, prices?.currency).join('\n'))
    })
}

function sentences({ from, to, sites }: ShadowReport, currency: string | undefined): string[] {
  const shadowed = sites.filter(({ messages, challenged }) => messages + challenged > 0)
  if (from === undefined || to === undefined) return ['The log has no events of a server.']
  return [
    `From ${minute(from)} to ${minute(to)} UTC:`,
    ...shadowed.flatMap((site) => siteSentences(site, currency)),
    ...(shadowed.length > 0 ? [] : ['The guard would have refused nothing, or was not in shadow mode.']),
  ]
}

function siteSentences(site: SiteReport, currency: string | undefined): string[] {
  const { sitekey, sent, messages, numbers, lost, saved, savedMoney, challenged, rules } = site
  const money = savedMoney === undefined ? '' : `, ${savedMoney.toFixed(2)} ${currency}`
  return [
    '',
    `${sitekey}: sent ${many(sent, 'message')}. The guard would have refused ${messages}, to ${many(numbers, 'number')}.`,
    `  Saved: ${many(saved, 'message')}${money}.`,
    `  Lost: ${many(lost, 'visitor')} at most: that many of these numbers were proven afterwards.`,
    ...(challenged > 0 ? [`  It would have asked for a challenge before ${challenged} more.`] : []),
    ...rules.map(ruleLine),
  ]
}

function ruleLine({ rule, messages, numbers, lost }: RuleReport): string {
  return `    ${rule.padEnd(14)} ${many(messages, 'message')} to ${many(numbers, 'number')}, ${lost} of them proven afterwards`
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}
