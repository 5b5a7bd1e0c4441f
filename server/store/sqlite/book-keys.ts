import type { Charge, Payday } from '../charge.js'

/** What a step of the book looks at. */
export interface BookKeys {
  accounts: readonly string[]
  marks: readonly string[]
}

/** What charges look at, and what giving them back does. */
export function keysOfCharges(charges: readonly Charge[]): BookKeys {
  const marks = charges.flatMap((charge) => [
    ...(charge.waivers ?? []),
    ...(charge.once ? [charge.once.key] : []),
    ...((charge.kind === 'credit' && charge.favoured?.marks) || []),
  ])
  return { accounts: charges.map(({ key }) => key), marks: [...new Set(marks)] }
}

/** What a payday looks at. */
export function keysOfPayday({ earnings, marks, forgotten }: Payday): BookKeys {
  return {
    accounts: [...earnings.map(({ key }) => key), ...forgotten],
    marks: [
      ...new Set(earnings.flatMap(({ waivers }) => waivers ?? [])),
      ...marks.map(({ key }) => key),
      ...forgotten,
    ],
  }
}
