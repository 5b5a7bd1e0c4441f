/**
 * One way in which the numbers of a plan are grouped: the pattern of the whole national number and how its groups are
 * written (`$1 $2`), then what its first digits have to be, and how the first group is written behind a trunk prefix.
 */
export type NumberFormat = [pattern: string, text: string, leading: string, first: string]

/**
 * How the numbers of one calling code are written nationally, and which of them a site sends to: the answer to
 * GET /v1/sites/{sitekey}/numbering-plans/{calling code without +}. Patterns are regular expressions of the whole national
 * number, without the trunk prefix, unless they say otherwise.
 *
 * It is taken from the metadata of libphonenumber and only advises people who type: the server judges each number by itself.
 * `allowed` matches every number that the server takes, and others too.
 */
export interface NumberingPlan {
  /** Beginning of a number that is not part of it: the trunk prefix, as the 0 in 0151. Empty where there is none. */
  trunk: string
  /** What stands for such a beginning; empty where it is dropped. */
  transform: string
  /** Numbers that a code may be sent to. */
  allowed: string
  /** Numbers that exist, and to which the site sends nothing: premium rate, landlines, … Empty where nothing says so. */
  refused: string
  /**
   * Pattern of the numbers that the site serves, by country and type; present only where a country that is not served shares the
   * calling code.
   */
  served?: string | undefined
  /** Tried in their order. */
  formats: NumberFormat[]
}
