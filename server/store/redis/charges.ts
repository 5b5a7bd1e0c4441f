import type { Charge, Payday, Receipt, Short } from '../charge.js'

/** Keys and arguments of a script. */
export interface Written {
  keys: string[]
  args: (string | number)[]
}

/** What CONSUME is given. @param keyOf the key under which an account or a mark is kept */
export function writeCharges(charges: readonly Charge[], keyOf: (name: string) => string): Written {
  const marks = [...new Set(charges.flatMap(marksOf))]
  const places = (named: readonly string[] = []) => [
    named.length,
    ...named.map((mark) => charges.length + 1 + marks.indexOf(mark)),
  ]
  const args: Written['args'] = [charges.length]
  for (const charge of charges) {
    const { kind, look, waivers, once } = charge
    args.push(
      kind,
      look ? 1 : 0,
      ...places(waivers),
      ...places(once && [once.key]),
      ...(once ? [once.keep] : []),
    )
    args.push(...terms(charge))
    if (kind === 'credit') args.push(...places(charge.favoured?.marks), charge.favoured?.overdraft ?? 0)
  }
  return { keys: [...charges.map(({ key }) => key), ...marks].map(keyOf), args }
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
  return {
    keys: [...charges.map(({ key }) => key), ...made].map(keyOf),
    args: [
      ...[at, charges.length],
      ...charges.flatMap((charge) => [
        charge.kind,
        ...terms(charge),
        ...(charge.kind === 'credit' ? [0, 0] : []),
      ]),
    ],
  }
}

/** What EARN is given. */
export function writePayday(
  { earnings, marks, forgotten }: Payday,
  keyOf: (name: string) => string,
): Written {
  const named = [...earnings.map(({ key }) => key), ...marks.map(({ key }) => key), ...forgotten]
  const waiving = [...new Set(earnings.flatMap(({ waivers }) => waivers ?? []))]
  return {
    keys: [...named, ...waiving].map(keyOf),
    args: [
      earnings.length,
      ...earnings.flatMap(({ initial, refill, gain, widen, keep, waivers = [] }) => [
        ...[initial, refill, gain, widen, keep, waivers.length],
        ...waivers.map((mark) => named.length + 1 + waiving.indexOf(mark)),
      ]),
      marks.length,
      ...marks.map(({ keep }) => keep),
      forgotten.length,
    ],
  }
}

function marksOf(charge: Charge): string[] {
  const { waivers = [], once } = charge
  const favoured = charge.kind === 'credit' ? charge.favoured?.marks : undefined
  return [...waivers, ...(once ? [once.key] : []), ...(favoured ?? [])]
}

function terms(charge: Charge): (string | number)[] {
  switch (charge.kind) {
    case 'tally':
      return [charge.amount, charge.limit, charge.window]
    case 'spacing':
      return [charge.spans.length, ...charge.spans.flatMap(({ limit, window }) => [limit, window])]
    case 'credit':
      return [charge.initial, charge.refill, charge.overdraft, charge.keep]
  }
}
