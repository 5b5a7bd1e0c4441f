import { StoreError, type Store } from '../store.js'

/** Lets calls of a method fail: before anything happened, or when only their answer is lost. */
export function failing(
  store: Store,
  method: keyof Store,
  times: number,
  how: 'unheard' | 'answer lost' = 'unheard',
): void {
  const call = store[method].bind(store) as (...args: unknown[]) => Promise<unknown>
  let left = times
  Object.assign(store, {
    async [method](...args: unknown[]) {
      if (left-- <= 0) return call(...args)
      if (how === 'answer lost') await call(...args)
      throw new StoreError('away')
    },
  })
}

/** Lets a store be away for that many calls of whatever it is asked: at once, or from its next call of a method on. */
export function away(store: Store, calls: number, since?: keyof Store): void {
  let left = calls
  let isAway = since === undefined
  for (const each of Object.keys(store) as (keyof Store)[]) {
    const call = store[each].bind(store) as (...args: unknown[]) => Promise<unknown>
    Object.assign(store, {
      async [each](...args: unknown[]) {
        isAway ||= each === since
        if (isAway && left-- > 0) throw new StoreError('away')
        return call(...args)
      },
    })
  }
}
