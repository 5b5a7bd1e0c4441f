import { Command } from 'commander'
import { PATHS, type ProblemCode } from '../../contract/index.js'
import { PROBLEM_TITLE } from '../refusal/problem-titles.js'
import { REASONS, RULES, type RefusalReason } from '../refusal/reasons.js'
import { openLog } from './open-log.js'
import type { Terminal } from './terminal.js'
import { findAnswer, type Answer, type Explanation, type Moment } from './why.js'

interface Options {
  log?: string
  json?: true
}

/**
 * `otp-verify why`.
 *
 * @param input the log, where no file is named.
 */
export function whyCommand(
  { print, fail }: Pick<Terminal, 'print' | 'fail'>,
  input: AsyncIterable<Buffer | string> = process.stdin,
): Command {
  return new Command('why')
    .description('say why a request was refused, from the log of the server')
    .argument('<request-id>', 'requestId of the answer')
    .option('--log <file>', 'log file (default: standard input)')
    .option('--json', 'print JSON')
    .action(async (requestId: string, { log, json }: Options) => {
      const found = await findAnswer(openLog(log, input), requestId)
      if (!found) fail()
      if (json) return print(JSON.stringify(found ? { found: true, ...plain(found) } : { found: false }))
      print((found ? sentences(found) : NOT_FOUND).join('\n'))
    })
}

const NOT_FOUND = [
  'The log has no refusal with that request id.',
  'Only refused requests are logged with one, and only if OTP_LOG_LEVEL is info or lower.',
]

function plain({ answer, day }: Explanation): object {
  const { time, operation } = answer
  const common = { time, operation, code: codeOf(answer), why: whyOf(answer) }
  if (answer.event === 'failure') return { ...common, error: answer.error, day }
  const { sitekey, reason, member, ref } = answer
  return { ...common, sitekey, reason, member, ref, day }
}

function sentences({ answer, day }: Explanation): string[] {
  const { operation, time } = answer
  const path = (PATHS as Record<string, string>)[operation]
  const where =
    answer.event === 'refused' && answer.sitekey !== undefined ? ` for site ${answer.sitekey}` : ''
  const code = codeOf(answer)
  return [
    `${clock(time)} UTC: the request ${operation}${path === undefined ? '' : ` (${path})`}${where} was refused.`,
    `The answer was ${code}${code in PROBLEM_TITLE ? `: ${PROBLEM_TITLE[code as ProblemCode]}` : '.'}`,
    whyOf(answer),
    ...(day.length > 0 ? ['', 'The same number that day:', ...day.map(line)] : []),
  ]
}

/** What the caller was told. */
function codeOf(answer: Answer): string {
  if (answer.event === 'refused') return answer.code
  if (answer.operation === 'siteverify') return 'internal-error'
  return isAway(answer.error) ? 'service_unavailable' : 'internal_error'
}

function isAway(error: string): boolean {
  return /^(StoreError|SigningKeysError)\b/.test(error)
}

/** One sentence that the caller was not told. */
function whyOf(answer: Answer): string {
  if (answer.event === 'failure') return `An error on the server: ${answer.error}.`
  const { reason, member } = answer
  if (member !== undefined)
    return `Its "${member}" is missing, malformed, unknown, or not accepted by the site; see /openapi.json.`
  if (reason === undefined) return 'The log has no reason beyond this code.'
  return ruleOf(reason) ?? REASONS[reason as keyof typeof REASONS] ?? `The reason was ${reason}.`
}

function ruleOf(reason: RefusalReason): string | undefined {
  const looksAt = (RULES as Partial<Record<RefusalReason, string>>)[reason]
  return looksAt && `The rule "${reason}" of the guard refused it. It checks ${looksAt}.`
}

function line({ from, to, times, what }: Moment): string {
  const often = times > 1 ? `, ${times} times until ${clock(to).slice(11)}` : ''
  return `  ${clock(from).slice(11)}  ${what}${often}`
}

/** `2026-01-15 12:00:03` */
function clock(time: string): string {
  return time.slice(0, 19).replace('T', ' ')
}
