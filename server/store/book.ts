import {
  earned,
  givenBack,
  insteadOf,
  isAsNew,
  made,
  onlyAsks,
  room,
  tallied,
  type Account,
  type Charge,
  type AccountChanges,
  type Receipt,
  type Short,
} from './charge.js'
import { StoreFullError } from './store.js'

/** Where a store that decides in this process keeps accounts and marks. Used within one step. */
export interface Book {
  /** `undefined` when nothing is kept, or its time is over. */
  account(key: string): Account | undefined
  /** @returns `false`, keeping nothing, when the key is new and there is no room. */
  keep(key: string, account: Account, until: number): boolean
  /** Keeps an account that a refused call opens: in less room, and not at all where there is none. */
  keepOfRefused(key: string, account: Account, until: number): void
  /** Forgets an account, or a mark. */
  drop(key: string): void
  isMarked(key: string): boolean
  /** Marks are a favour: if there is no room for one, it is not made. */
  mark(key: string, until: number): void
}

/** Whether one of these marks stands, within one step: each list is looked up once, because many charges share one. */
function lookingOnce(book: Book): (marks: readonly string[]) => boolean {
  const looked = new Map<readonly string[], boolean>()
  return function isAnyMarked(marks) {
    const known = looked.get(marks) ?? marks.some((key) => book.isMarked(key))
    looked.set(marks, known)
    return known
  }
}

/**
 * Makes all charges, or only those that replace one for which there is no room: see `Store.consume`. @throws StoreFullError when
 * there is no room, having changed nothing
 */
export function consume(book: Book, charges: readonly Charge[], now: number): Receipt | Short {
  const isAnyMarked = lookingOnce(book)
  const accountOf = (charge: Charge) =>
    charge.kind === 'tally' && charge.anew && !charge.look ? undefined : book.account(charge.key)
  const due: Charge[] = []
  for (const charge of charges) {
    const { waivers, once } = charge
    if (once && book.isMarked(once.key)) continue
    if (!waivers || !isAnyMarked(waivers)) due.push(asFavoured(charge, isAnyMarked))
  }
  for (const [n, charge] of due.entries()) {
    const short = room(charge, accountOf(charge), now)
    if (!short) continue
    for (const earlier of due.slice(0, n)) {
      if (!insteadOf(earlier)?.includes(short.refused)) continue
      book.keepOfRefused(earlier.key, ...made(earlier, accountOf(earlier), now))
    }
    return short
  }
  const paid = due.filter((charge) => !onlyAsks(charge))
  const before: [key: string, Account | undefined, until: number][] = []
  for (const charge of paid) {
    const { key } = charge
    const account = book.account(key)
    const [next, until] = made(charge, accountOf(charge), now)
    if (!book.keep(key, next, until)) {
      for (const [other, was, end] of before)
        if (was) book.keep(other, was, end)
        else book.drop(other)
      throw new StoreFullError('The store is full.')
    }
    before.push([key, account, until])
  }
  for (const { once } of paid) if (once) book.mark(once.key, now + once.keep)
  return { charges: paid, at: now }
}

/** Gives back what `consume` took: see `Store.refund`. */
export function refund(book: Book, { charges, at }: Receipt, now: number): void {
  for (const charge of charges) {
    if (charge.once) book.drop(charge.once.key)
    const account = book.account(charge.key)
    const next = account && givenBack(charge, account, at, now)
    if (next && isAsNew(charge, next)) book.drop(charge.key)
    // It must not be forgotten earlier than before, because what is left of it still counts.
    else if (next) book.keep(charge.key, next, made(charge, next, now)[1])
  }
}

/** Pays in, marks and removes: see `Store.apply`. */
export function apply(book: Book, { earnings, marks, forgotten }: AccountChanges, now: number): void {
  for (const earning of earnings) {
    if (earning.waivers?.some((key) => book.isMarked(key))) continue
    const [account, until] = earned(earning, book.account(earning.key), now)
    book.keep(earning.key, account, until)
  }
  for (const { key, keep } of marks) book.mark(key, now + keep)
  for (const key of forgotten) book.drop(key)
}

function asFavoured(charge: Charge, isAnyMarked: (marks: readonly string[]) => boolean): Charge {
  if (charge.kind !== 'credit' || !charge.favoured || !isAnyMarked(charge.favoured.marks)) return charge
  return { ...charge, overdraft: charge.favoured.overdraft }
}

/** What tallies hold: see `Store.sums`. */
export function sums(accountOf: Book['account'], keys: readonly string[], now: number): number[] {
  return keys.map((key) => tallied(accountOf(key), now)[0])
}
