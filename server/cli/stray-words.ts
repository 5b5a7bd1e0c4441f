/** What to do about overrides whose pepper was given up. */
export const SAY_AGAIN = 'Run otp-verify overrides with OTP_PEPPER=NEW,OLD, and say each again with the same.'

/** Warns of overrides that no server obeys any more, or soon will not. */
export function strayWarnings({ lost, ending }: { lost: number; ending: number }): string[] {
  return [...lostWords(lost).map((words) => `${words} ${SAY_AGAIN}`), ...endingWords(ending)]
}

/** A sentence about the overrides that ended with their pepper; no sentence if there are none. */
export function lostWords(count: number): string[] {
  if (count === 0) return []
  return count === 1
    ? ['1 exception (allow, deny) was made under another OTP_PEPPER and does not hold.']
    : [`${count} exceptions (allow, deny) were made under another OTP_PEPPER and do not hold.`]
}

/** A sentence about the overrides that hold only while there is a second pepper; no sentence if there are none. */
export function endingWords(count: number): string[] {
  if (count === 0) return []
  return count === 1
    ? [
        '1 exception (allow, deny) holds under the second OTP_PEPPER only and ends with it: say it again before.',
      ]
    : [
        `${count} exceptions (allow, deny) hold under the second OTP_PEPPER only and end with it: say each again before.`,
      ]
}
