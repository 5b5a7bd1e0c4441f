/** What to do about overrides whose pepper was given up. */
export const REPEAT =
  'Run otp-verify overrides with OTP_PEPPER=NEW,OLD, and repeat each override under the same setting.'

/** Warns of overrides that no server obeys any more, or soon will not. */
export function strayWarnings({ lost, ending }: { lost: number; ending: number }): string[] {
  return [...lostWords(lost).map((words) => `${words} ${REPEAT}`), ...endingWords(ending)]
}

/** A sentence about the overrides that ended with their pepper; no sentence if there are none. */
export function lostWords(count: number): string[] {
  if (count === 0) return []
  return count === 1
    ? ['1 override (allow, deny) was made under another OTP_PEPPER and does not hold.']
    : [`${count} overrides (allow, deny) were made under another OTP_PEPPER and do not hold.`]
}

/** A sentence about the overrides that hold only while there is a second pepper; no sentence if there are none. */
export function endingWords(count: number): string[] {
  if (count === 0) return []
  return count === 1
    ? [
        '1 override (allow, deny) holds under the second OTP_PEPPER only and ends with it: repeat it before you remove that pepper.',
      ]
    : [
        `${count} overrides (allow, deny) hold under the second OTP_PEPPER only and end with it: repeat each before you remove that pepper.`,
      ]
}
