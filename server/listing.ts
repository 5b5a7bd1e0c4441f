import type { Store } from './store/store.js'

/** Name of whoever only reads a list, which can only be had by who is on it. */
export const READER = 'reader'

/** What those say who are on a list, by their names. @throws StoreError */
export async function listed(
  store: Pick<Store, 'announce' | 'withdraw'>,
  group: string,
): Promise<Map<string, string>> {
  const all = new Map(await store.announce(group, READER, '', 1))
  await store.withdraw(group, READER)
  all.delete(READER)
  return all
}
