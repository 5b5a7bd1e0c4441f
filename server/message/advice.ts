import type { Weakness } from '../weakness.js'
import type { Segments } from './segments.js'
import { MESSAGE_TEXTS } from './texts.js'
import { visible } from './visible.js'
import { warns } from './warning-words.js'

/**
 * What could be better about a text. It is only advice: it is judged by known words, and there are many languages.
 *
 * @param text the sentences of the template, without the line that binds the code.
 * @param brand the name that they should say, if it is known.
 * @param segments of the whole message.
 */
export function adviceOn(text: string, brand: string | undefined, segments: Segments): Weakness[] {
  return [...brandAdvice(text, brand), ...(warns(text) ? [] : [UNWARNED]), ...segmentsAdvice(segments)]
}

/** The sender as a name, unless it is a number or a short code. */
export function brandOf(sender: string | null | undefined): string | undefined {
  return sender && /\p{L}/u.test(sender) ? sender : undefined
}

const UNWARNED: Weakness = {
  check: 'template.warning',
  message: 'It does not ask, in any words known here, to keep the code secret.',
  fix: 'Say so in the language of the message, as in "Do not share it with anyone."',
}

function brandAdvice(text: string, brand: string | undefined): Weakness[] {
  // None of our texts names anybody; whether others do is not known.
  const isNamed =
    brand === undefined
      ? MESSAGE_TEXTS.every((ours) => ours.text !== text)
      : plain(text).includes(plain(brand))
  if (isNamed) return []
  const message =
    brand === undefined
      ? 'It does not say whose code it is.'
      : `It does not say that the code is for ${visible(brand)}.`
  return [{ check: 'template.brand', message, fix: 'Start with the name, as otp-verify setup --brand does.' }]
}

/** A name without what a sender's name may leave out: Acme Shop in the text may be AcmeShop there. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}

/** Most characters that advice suggests to replace; more of them are the text's own alphabet. */
const A_FEW = 5

function segmentsAdvice({ segments, strange }: Segments): Weakness[] {
  if (segments === 1) return []
  const message = `It travels as ${segments} messages, and costs as much as ${segments}.`
  const fix =
    strange.length === 0 || strange.length > A_FEW
      ? 'Shorten it.'
      : `Shorten it, or leave out ${strange.map(visible).join(' ')}: it would then travel as GSM-7, which fits more.`
  return [{ check: 'template.segments', message, fix }]
}
