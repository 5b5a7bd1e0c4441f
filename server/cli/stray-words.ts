/** What to do about exceptions whose pepper was given up. */
export const SAY_AGAIN = 'Run otp-verify overrides with OTP_PEPPER=NEW,OLD, and say each again with the same.'

/** What to warn of: whatever operators said that no server obeys any more, or will not for much longer. */
export function strayWarnings({ lost, ending }: { lost: number; ending: number }): string[] {
  return [...lostWords(lost).map((words) => `${words} ${SAY_AGAIN}`), ...endingWords(ending)]
}

/** A sentence about so many exceptions that ended with their pepper; none for none. */
export function lostWords(count: number): string[] {
  if (count === 0) return []
  return count === 1
    ? ['1 exception (allow, deny) was made under another OTP_PEPPER and does not hold.']
    : [`${count} exceptions (allow, deny) were made under another OTP_PEPPER and do not hold.`]
}

/** The same about those that hold for as long as there is a second pepper. */
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
