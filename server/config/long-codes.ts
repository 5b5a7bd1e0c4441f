import { LONG_CODE, type ConfigValues } from './schema.js'

/**
 * Digits of codes while somebody is guessing; `undefined` where there is no template for longer codes. @param mistakes takes
 * what cannot work
 */
export function longCodeLengthOf({ infobip, sites }: ConfigValues, mistakes: string[]): number | undefined {
  if (infobip?.longMessageIds === undefined) {
    if (infobip?.longCodeLength !== undefined) {
      mistakes.push(
        'infobip.longMessageIds: is missing; longCodeLength is the length of the codes in its templates.',
      )
    }
    return undefined
  }
  const { longCodeLength = LONG_CODE } = infobip
  for (const { sitekey } of sites.filter(({ codeLength }) => codeLength >= longCodeLength)) {
    mistakes.push(`infobip.longCodeLength: the codes of ${sitekey} are already as long or longer.`)
  }
  return longCodeLength
}
