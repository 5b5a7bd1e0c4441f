import type { Charge, AccountChanges } from '../charge.js'

/** What a step of the book looks at. */
export interface BookKeys {
  accounts: readonly string[]
  marks: readonly string[]
}

/** The keys that charges look at, and that giving them back looks at. */
export function keysOfCharges(charges: readonly Charge[]): BookKeys {
  const marks = charges.flatMap((charge) => [
    ...(charge.waivers ?? []),
    ...(charge.once ? [charge.once.key] : []),
    ...((charge.kind === 'credit' && charge.favoured?.marks) || []),
  ])
  return { accounts: charges.map(({ key }) => key), marks: [...new Set(marks)] }
}

/** The keys that changes look at. */
export function keysOfChanges({ earnings, marks, forgotten }: AccountChanges): BookKeys {
  return {
    accounts: [...earnings.map(({ key }) => key), ...forgotten],
    marks: [
      ...new Set(earnings.flatMap(({ waivers }) => waivers ?? [])),
      ...marks.map(({ key }) => key),
      ...forgotten,
    ],
  }
}
