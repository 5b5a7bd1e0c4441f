/** Something that should not be left as it is, in words for the operator. It repeats no secret. */
export interface Weakness {
  /** What was looked at, such as `store` or `infobip.pinAttempts`. */
  check: string
  /** What is wrong. */
  message: string
  /** What to do about it. */
  fix: string
}
