import type { Charge, Payday, Receipt, Short } from '../charge.js'

/** Keys of a script, and what it reads about them: words between spaces, for each argument costs as much as a key. */
export interface Written {
  keys: string[]
  words: string
}

/** What CONSUME is given. @param keyOf the key under which an account or a mark is kept */
export function writeCharges(charges: readonly Charge[], keyOf: (name: string) => string): Written {
  const keys = charges.map(({ key }) => keyOf(key))
  const places = new Map<string, number>()
  const placeOf = (mark: string) => {
    const known = places.get(mark)
    if (known !== undefined) return known
    const place = keys.push(keyOf(mark))
    places.set(mark, place)
    return place
  }
  const placesOf = (marks: readonly string[] = []) => [marks.length, ...marks.map(placeOf)].join(' ')
  const words = charges.map((charge) => {
    const { kind, look, waivers, once } = charge
    const again = once ? `1 ${placeOf(once.key)} ${once.keep}` : '0'
    const said = `${kind} ${look ? 1 : 0} ${placesOf(waivers)} ${again} ${terms(charge)}`
    if (kind !== 'credit') return said
    return `${said} ${placesOf(charge.favoured?.marks)} ${charge.favoured?.overdraft ?? 0}`
  })
  return { keys, words: [charges.length, ...words].join(' ') }
}

/** What CONSUME answers. */
export function readConsumed(charges: readonly Charge[], answer: unknown): Receipt | Short {
  const [at, ...places] = answer as [number, ...unknown[]]
  if (at >= 0) return { charges: places.map((place) => charges[Number(place) - 1]!), at }
  const [place, left, wait] = places.map(Number)
  return { refused: charges[place! - 1]!.key, left: left!, wait: wait! }
}

/** What REFUND is given. */
export function writeReceipt({ charges, at }: Receipt, keyOf: (name: string) => string): Written {
  const made = charges.flatMap(({ once }) => once?.key ?? [])
  const words = charges.map(
    (charge) => `${charge.kind} ${terms(charge)}${charge.kind === 'credit' ? ' 0 0' : ''}`,
  )
  return {
    keys: [...charges.map(({ key }) => key), ...made].map(keyOf),
    words: [at, charges.length, ...words].join(' '),
  }
}

/** What EARN is given. */
export function writePayday(
  { earnings, marks, forgotten }: Payday,
  keyOf: (name: string) => string,
): Written {
  const named = [...earnings.map(({ key }) => key), ...marks.map(({ key }) => key), ...forgotten]
  const waiving = [...new Set(earnings.flatMap(({ waivers }) => waivers ?? []))]
  const words = [
    earnings.length,
    ...earnings.flatMap(({ initial, refill, gain, widen, keep, waivers = [] }) => [
      ...[initial, refill, gain, widen, keep, waivers.length],
      ...waivers.map((mark) => named.length + 1 + waiving.indexOf(mark)),
    ]),
    marks.length,
    ...marks.map(({ keep }) => keep),
    forgotten.length,
  ]
  return { keys: [...named, ...waiving].map(keyOf), words: words.join(' ') }
}

function terms(charge: Charge): string {
  switch (charge.kind) {
    case 'tally':
      return `${charge.amount} ${charge.limit} ${charge.window}`
    case 'spacing':
      return `${charge.spans.length} ${charge.spans.map(({ limit, window }) => `${limit} ${window}`).join(' ')}`
    case 'credit':
      return `${charge.initial} ${charge.refill} ${charge.overdraft} ${charge.keep}`
  }
}
