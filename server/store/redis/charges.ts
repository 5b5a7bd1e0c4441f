import { insteadOf, onlyAsks, type Charge, type AccountChanges, type Receipt, type Short } from '../charge.js'
import { KINDS, MANNERS } from './charge-scripts.js'

/** Keys of a script, and what it reads about them: a JSON array of numbers, for each argument costs as much as a key. */
export interface Written {
  keys: string[]
  numbers: string
}

/** What CONSUME is given for several calls. Those of a site have the same terms, most of them. @param keyOf as of `writeCharges` */
export function writeCalls(calls: readonly (readonly Charge[])[], keyOf: (name: string) => string): Written {
  const keys: string[] = []
  const terms: string[] = []
  const which = calls.map((charges) => {
    const { keys: own, numbers } = writeCharges(charges, keyOf)
    keys.push(...own)
    const known = terms.indexOf(numbers) + 1
    return known || terms.push(numbers)
  })
  return { keys, numbers: `[[${which.join()}],${terms.join()}]` }
}

/** One call of them. @param keyOf the key under which an account or a mark is kept */
function writeCharges(charges: readonly Charge[], keyOf: (name: string) => string): Written {
  const names = charges.map(({ key }) => key)
  const marks: string[] = []
  const placeOf = (mark: string) => names.length + (marks.indexOf(mark) + 1 || marks.push(mark))
  const lists: number[] = []
  const known: (readonly string[])[] = []
  // Most charges of a call have the same waivers.
  const listOf = (list: readonly string[] = []) => {
    if (list.length === 0) return 0
    const place = known.indexOf(list) + 1
    if (place > 0) return place
    lists.push(list.length)
    for (const mark of list) lists.push(placeOf(mark))
    return known.push(list)
  }
  const termsOf = (charge: Charge) => {
    const { kind, waivers, once } = charge
    const terms: number[] = [KINDS[kind]]
    pushTerms(terms, charge)
    terms.push(listOf(waivers), once ? placeOf(once.key) : 0, once?.keep ?? 0, mannerOf(charge))
    if (kind === 'credit') terms.push(listOf(charge.favoured?.marks), charge.favoured?.overdraft ?? 0)
    for (const key of insteadOf(charge) ?? []) terms.push(names.indexOf(key) + 1)
    while (terms.at(-1) === 0) terms.pop()
    return terms
  }
  const numbers: number[] = []
  let last: readonly number[] = []
  let count = 0
  for (const charge of charges) {
    const terms = termsOf(charge)
    if (isSame(terms, last)) numbers[count]!++
    else {
      count = numbers.push(1) - 1
      numbers.push(terms.length, ...terms)
      last = terms
    }
  }
  const keys = [...names, ...marks].map(keyOf)
  if (charges.some(insteadOf)) keys.push(keyOf('opened'))
  return { keys, numbers: JSON.stringify([keys.length, charges.length, known.length, ...lists, ...numbers]) }
}

/** What CONSUME answers to one of them. */
export function readConsumed(charges: readonly Charge[], answer: unknown): Receipt | Short {
  const [at, ...places] = answer as [number, ...unknown[]]
  if (at >= 0) return { charges: charges.filter((one, n) => !onlyAsks(one) && !places.includes(n + 1)), at }
  const [place, left, wait] = places.map(Number)
  return { refused: charges[place! - 1]!.key, left: left!, wait: wait! }
}

/** What REFUND is given. */
export function writeReceipt({ charges, at }: Receipt, keyOf: (name: string) => string): Written {
  const made = charges.flatMap(({ once }) => once?.key ?? [])
  const numbers = [at, charges.length]
  for (const charge of charges) {
    numbers.push(KINDS[charge.kind])
    pushTerms(numbers, charge)
  }
  return { keys: [...charges.map(({ key }) => key), ...made].map(keyOf), numbers: JSON.stringify(numbers) }
}

/** What APPLY is given. */
export function writeChanges(
  { earnings, marks, forgotten }: AccountChanges,
  keyOf: (name: string) => string,
): Written {
  const named = [...earnings.map(({ key }) => key), ...marks.map(({ key }) => key), ...forgotten]
  const waiving = [...new Set(earnings.flatMap(({ waivers }) => waivers ?? []))]
  const numbers = [
    earnings.length,
    ...earnings.flatMap(({ initial, refill, gain, widen, keep, waivers = [] }) => [
      ...[initial, refill, gain, widen, keep, waivers.length],
      ...waivers.map((mark) => named.length + 1 + waiving.indexOf(mark)),
    ]),
    marks.length,
    ...marks.map(({ keep }) => keep),
    forgotten.length,
  ]
  return { keys: [...named, ...waiving].map(keyOf), numbers: JSON.stringify(numbers) }
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((one, n) => one === others[n])
}

/** What CONSUME reads of whether, and how, a charge is made. */
function mannerOf(charge: Charge): number {
  if (charge.look) return MANNERS.look
  if (charge.kind !== 'tally') return 0
  if (charge.anew) return MANNERS.anew
  if (charge.renews) return MANNERS.renews
  return charge.insteadOf ? MANNERS.insteadOf : 0
}

function pushTerms(numbers: number[], charge: Charge): void {
  switch (charge.kind) {
    case 'tally':
      numbers.push(charge.amount, charge.limit, charge.window)
      break
    case 'spacing':
      numbers.push(charge.spans.length)
      for (const { limit, window } of charge.spans) numbers.push(limit, window)
      break
    case 'credit':
      numbers.push(charge.initial, charge.refill, charge.overdraft, charge.keep)
  }
}
