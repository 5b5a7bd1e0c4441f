import type { Store } from './store.js'

/** Member name for joining a list only to read it; a list can be read only by its members. */
export const READER = 'reader'

/** The values announced in a group, by member name. @throws StoreError */
export async function listed(
  store: Pick<Store, 'announce' | 'withdraw'>,
  group: string,
): Promise<Map<string, string>> {
  const all = new Map(await store.announce(group, READER, '', 1))
  await store.withdraw(group, READER)
  all.delete(READER)
  return all
}
