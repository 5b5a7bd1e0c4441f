import { DAY, HOUR } from '../time.js'

/** What a paid send uses up. Charges of one call are made together, or none of them is (see `Store.consume`). */
export type Charge = Tally | Spacing | Credit

interface Keyed {
  /** Names the account. No key is named twice in one call. */
  key: string
  /** Keys of marks. While one of them stands, the charge is waived: neither looked at nor made. */
  waivers?: readonly string[] | undefined
  /** Only checks whether there is room. */
  look?: boolean
  /** A mark that the charge makes for `keep` ms and that waives it, so that repetitions meanwhile count once. */
  once?: { key: string; keep: number } | undefined
}

/** Takes `amount` from `limit`, all of which is available again `window` ms after the first charge, unless it `renews`. */
export interface Tally extends Keyed {
  kind: 'tally'
  amount: number
  limit: number
  window: number
  /** Replaces whatever was charged before, unless it only looks. */
  anew?: boolean
  /** All of it is available again only `window` ms after the last charge, even if that one is given back. */
  renews?: boolean
  /**
   * Made only when a later charge with one of these keys finds no room, otherwise only checked; in the same step, so that
   * parallel calls cannot slip through. Skipped when the store is too full for its account. Cannot be combined with `look`,
   * `once`, `anew` or `renews`.
   */
  insteadOf?: readonly string[] | undefined
}

/** At most `limit` charges in any period of `window` ms, for each of `spans`. For small limits. */
export interface Spacing extends Keyed {
  kind: 'spacing'
  spans: readonly { limit: number; window: number }[]
}

/**
 * Takes one from an account of credit, which `initial` opens, time refills up to what it may hold, and earnings both
 * refill and widen. What it may hold falls back to `initial`, by half every seven days.
 */
export interface Credit extends Keyed {
  kind: 'credit'
  initial: number
  /** Credits an hour. */
  refill: number
  /** How far below zero this charge may go. */
  overdraft: number
  /** While one of these marks stands, how far it may go instead. */
  favoured?: { marks: readonly string[]; overdraft: number } | undefined
  /** Milliseconds after its last charge or earning at which it is as new. */
  keep: number
}

/** Who is charged: a start or another newcomer, a visitor who was admitted before, or the operator. */
export type ChargedBy = 'start' | 'under way' | 'operator'

/** What was charged, and when: what may be given back. */
export interface Receipt {
  charges: readonly Charge[]
  /** Milliseconds since 1970, by the store's clock. */
  at: number
}

/** Pays into an account of credit. */
export interface Earning {
  key: string
  initial: number
  refill: number
  /** Credits paid in, as far as the account may hold them once it is widened by `widen`. */
  gain: number
  widen: number
  keep: number
  /** Keys of marks. While one of them stands, nothing is paid in. */
  waivers?: readonly string[] | undefined
}

/** Changes to accounts and marks other than charges: what follows when a number is proven, or an operator decides. */
export interface AccountChanges {
  earnings: readonly Earning[]
  /** Keys to mark, each for `keep` milliseconds from now on. */
  marks: readonly { key: string; keep: number }[]
  /** Accounts and marks to remove. */
  forgotten: readonly string[]
}

/** The first charge, in the order in which they were asked for, for which there is no room. */
export interface Short {
  refused: string
  /** What is left in its account; for credit it may be a fraction, and below zero. */
  left: number
  /** Milliseconds until there is room, if nothing else is charged meanwhile. */
  wait: number
}

/** Milliseconds in which what an account may hold beyond `initial` is halved. */
export const HALF_LIFE = 7 * DAY

/** Most that an account of credit may ever hold. */
export const CREDIT_CEILING = 100_000

/**
 * What a store keeps for an account. For a tally: its sum, the time at which it is forgotten and, once that was postponed, the
 * time of its first charge. For a spacing: the times of its charges. For credit: what it holds, what it may hold, the time of
 * both, and the time at which it is forgotten.
 */
export type Account = readonly number[]

/** The keys of the charges that this one is made instead of, if it is not made along with them. */
export function insteadOf(charge: Charge): readonly string[] | undefined {
  return charge.kind === 'tally' ? charge.insteadOf : undefined
}

/** Whether a charge only looks if there is room for all. */
export function onlyAsks(charge: Charge): boolean {
  return charge.look === true || insteadOf(charge) !== undefined
}

/**
 * What is left and how long to wait, if there is no room for `charge`; `undefined` if there is. @param account as it was kept,
 * `undefined` when nothing is.
 */
export function room(charge: Charge, account: Account | undefined, now: number): Short | undefined {
  const { key: refused } = charge
  switch (charge.kind) {
    case 'tally': {
      const [sum, until] = tallied(account, now)
      const left = charge.limit - sum
      return left >= charge.amount ? undefined : { refused, left, wait: until - now }
    }
    case 'spacing': {
      const shorts = charge.spans.flatMap(({ limit, window }) => {
        const times = account?.filter((time) => time > now - window) ?? []
        return times.length < limit ? [] : [times.at(-limit)! + window - now]
      })
      return shorts.length > 0 ? { refused, left: 0, wait: Math.max(...shorts) } : undefined
    }
    case 'credit': {
      const [held] = credited(charge, account, now)
      const missing = 1 - charge.overdraft - held
      return missing <= 0 ? undefined : { refused, left: held, wait: (missing / charge.refill) * HOUR }
    }
  }
}

/** The account once `charge` is made, and when it may be forgotten. */
export function made(charge: Charge, account: Account | undefined, now: number): [Account, until: number] {
  switch (charge.kind) {
    case 'tally': {
      const [sum, until, first = until - charge.window] = tallied(account, now)
      if (sum > 0 && !charge.renews) return [[sum + charge.amount, until], until]
      const end = now + charge.window
      return [sum > 0 ? [sum + charge.amount, end, first] : [charge.amount, end], end]
    }
    case 'spacing': {
      const longest = Math.max(...charge.spans.map(({ window }) => window))
      return [[...(account ?? []).filter((time) => time > now - longest), now], now + longest]
    }
    case 'credit': {
      const [held, most] = credited(charge, account, now)
      const until = now + charge.keep
      return [[held - 1, most, now, until], until]
    }
  }
}

/**
 * The account once a charge made at `at` is given back; `undefined` when that charge is forgotten already, so that what others
 * were charged since stays.
 */
export function givenBack(charge: Charge, account: Account, at: number, now: number): Account | undefined {
  switch (charge.kind) {
    case 'tally': {
      const [sum, until, first = until - charge.window] = tallied(account, now)
      if (first > at || sum < charge.amount) return undefined
      return [sum - charge.amount, until, ...account.slice(2)]
    }
    case 'spacing': {
      const place = account.lastIndexOf(at)
      return place < 0 ? undefined : account.toSpliced(place, 1)
    }
    case 'credit': {
      const [held, most] = credited(charge, account, now)
      return [Math.min(most, held + 1), most, now, now + charge.keep]
    }
  }
}

/** Whether an account is as if it had never been opened. */
export function isAsNew(charge: Charge, [first, most]: Account): boolean {
  if (charge.kind === 'spacing') return first === undefined
  return charge.kind === 'tally' ? first === 0 : first === charge.initial && most === charge.initial
}

/** The account once it has earned, and when it may be forgotten. */
export function earned(
  earning: Earning,
  account: Account | undefined,
  now: number,
): [Account, until: number] {
  const [held, most] = credited(earning, account, now)
  const wider = Math.min(CREDIT_CEILING, most + earning.widen)
  const until = now + earning.keep
  return [[Math.min(wider, held + earning.gain), wider, now, until], until]
}

/** What a tally holds, until when and, once that was postponed, since when. @param account as it was kept */
export function tallied(
  account: Account | undefined,
  now: number,
): [sum: number, until: number, first?: number | undefined] {
  const [sum = 0, until = 0, first] = account ?? []
  return until > now ? [sum, until, first] : [0, 0]
}

function credited(
  { initial, refill }: Pick<Credit, 'initial' | 'refill'>,
  account: Account | undefined,
  now: number,
): [held: number, most: number] {
  const [held = initial, most = initial, at = now, until = 0] = account ?? []
  if (until <= now) return [initial, initial]
  const passed = Math.max(0, now - at)
  const wide = initial + Math.max(0, most - initial) * 0.5 ** (passed / HALF_LIFE)
  return [Math.min(wide, held + (refill * passed) / HOUR), wide]
}
