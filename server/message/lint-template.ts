import type { Weakness } from '../weakness.js'
import { adviceOn } from './advice.js'
import { hasCodeWord } from './code-words.js'
import { parseOriginBound } from './origin-bound.js'
import { segmentsOf, type Segments } from './segments.js'
import { visible } from './visible.js'

/** What a template is used for. */
export interface TemplateUse {
  /** Digits of its codes. */
  codeLength: number
  /** Host of the page that a code is for. */
  host: string
  /** The placeholder for that host, without braces; `undefined` where a message names a host itself, or names no page. */
  hostPlaceholder: string | undefined
  /** The name that the messages should say, if it is known. */
  brand?: string | undefined
}

/** What was found about a template. */
export interface Lint extends Segments {
  /** As a visitor would get it, with zeros for the code. */
  message: string
  /** Its characters. */
  length: number
  weaknesses: Weakness[]
  /** What could be better, as far as known words tell. */
  advice: Weakness[]
}

/** Longest message that Chrome hands to a page on Android. */
const LONGEST = 140

/** Examines an Infobip template as visitors would get its messages. The result contains no secret. */
export function lintTemplate(
  template: string,
  { codeLength, host, hostPlaceholder, brand }: TemplateUse,
): Lint {
  const code = '0'.repeat(codeLength)
  const fillings = new Map([['pin', code]])
  if (hostPlaceholder !== undefined) fillings.set(hostPlaceholder, host)
  const unfilled: string[] = []
  const message = template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    const filling = fillings.get(name)
    if (filling === undefined || whole !== `{{${name}}}`) unfilled.push(visible(whole))
    return filling ?? whole
  })
  const length = [...message].length
  const weaknesses: Weakness[] = []
  const weak = (check: string, what: string, fix: string) =>
    weaknesses.push({ check: `template.${check}`, message: what, fix })

  if (!template.includes('{{pin}}'))
    weak('pin', 'It has no {{pin}}.', 'Write {{pin}} where the code belongs.')
  if (unfilled.length > 0) {
    weak(
      'placeholder',
      `Nothing fills ${unfilled.join(', ')}.`,
      'Remove it, or set hostPlaceholder to the placeholder of the host.',
    )
  }
  const lines = message.replace(/\r\n?/g, '\n').split('\n')
  const bound = parseOriginBound(message)
  const text = bound ? lines.slice(0, -1).join('\n') : message
  if (!text.includes(code) && template.includes('{{pin}}')) {
    weak(
      'text',
      'The code is only in the last line, which visitors do not read.',
      'Start with a sentence such as: {{pin}} is your code.',
    )
  }
  const word = hasCodeWord(text)
  if (word === false) {
    weak(
      'word',
      'It has no word that tells phones that it contains a code.',
      'Use the word "code", in the language of the message.',
    )
  }
  const isBound = bound !== undefined || hostPlaceholder !== undefined
  if (isBound) weaknesses.push(...lintBinding(bound, { code, host, hostPlaceholder }))
  if (length > LONGEST) {
    weak(
      'length',
      `A message has ${length} characters; Android passes none to a page that has more than ${LONGEST}.`,
      'Shorten it.',
    )
  }
  const segments = segmentsOf(message)
  const sentences = text.replaceAll(code, '{{pin}}').trimEnd()
  const advice = [
    ...(isBound ? [] : [UNBOUND]),
    ...(word === undefined ? [WORD_UNKNOWN] : []),
    ...adviceOn(sentences, brand, segments),
  ]
  return { message, length, ...segments, weaknesses, advice }
}

const NO_PAGE = 'Its last line binds the code to no page, so phones offer it to any page.'

/** Not a mistake where no placeholder is wanted, as Infobip may not accept one. */
const UNBOUND: Weakness = {
  check: 'template.origin-bound',
  message: NO_PAGE,
  fix: 'Run otp-verify setup --host-placeholder host, if Infobip accepts {{pin}} twice.',
}

const WORD_UNKNOWN: Weakness = {
  check: 'template.word',
  message: 'No word for a code is known here in the script of this text.',
  fix: 'Try on a phone whether it offers the code.',
}

function lintBinding(
  bound: ReturnType<typeof parseOriginBound>,
  { code, host, hostPlaceholder }: { code: string; host: string; hostPlaceholder: string | undefined },
): Weakness[] {
  const check = 'template.origin-bound'
  const line = `@${hostPlaceholder === undefined ? host : `{{${hostPlaceholder}}}`} #{{pin}}`
  const fix = `End it with this line, and nothing after it: ${line}`
  if (!bound) {
    return [{ check, message: NO_PAGE, fix }]
  }
  const found: Weakness[] = []
  if (bound.code !== code)
    found.push({ check, message: 'Its last line names something other than the code.', fix })
  if (bound.host !== host) {
    found.push({
      check,
      message: `Its last line binds the code to ${visible(bound.host)}; the page is at ${host}.`,
      fix,
    })
  }
  return found
}
