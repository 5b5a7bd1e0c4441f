/** Where a send comes from and goes to: what it is charged to, and what its success is credited to. */
export interface Route {
  sitekey: string
  /** ISO 3166-1 alpha-2. */
  country: string
  /** E.164 with +. */
  e164: string
  /** The caller's address in its one form, if it is known. */
  address: string | undefined
  /** Whether the host's backend vouched for the visitor. */
  ticketed: boolean
  /**
   * Which credit its first message did not take: `wide`, that of its million and country; `all`, because the number is known;
   * `free`, all of it although it is unknown (shadow mode or an operator's allowance).
   */
  waived?: 'wide' | 'all' | 'free' | undefined
}
