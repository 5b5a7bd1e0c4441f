import { expect, it } from 'vitest'
import { StoreError, StoreFullError, UnreplicatedError } from '../store.js'
import { UnsentError } from './failures.js'
import { undoing } from './undoing.js'

/** How often something is undone after calls that failed so, while nobody sleeps to the end. */
async function undone(failures: readonly Error[]): Promise<number> {
  let times = 0
  const orUndo = undoing(() => new Promise(() => {}))
  const back = async () => void times++
  for (const failure of failures) {
    await expect(orUndo(Promise.reject(failure), back)).rejects.toBe(failure)
  }
  return times
}

it('undoes what may have been done, and nothing that Redis has refused', async () => {
  expect(await undone([new StoreError('no answer')])).toBe(1)
  expect(await undone([new StoreError('unclear', 'ERR')])).toBe(1)
  expect(await undone([new StoreError('waited for replicas until it became one', 'UNBLOCKED')])).toBe(1)
  expect(await undone([new UnreplicatedError('no replica has it', 'NOREPLICAS')])).toBe(1)
  const codes = ['NOREPLICAS', 'READONLY', 'MISCONF', 'LOADING', 'CLUSTERDOWN']
  expect(await undone(codes.map((code) => new StoreError('refused', code)))).toBe(0)
  expect(await undone([new StoreFullError('full', 'OOM'), new UnsentError('no connection')])).toBe(0)
})

it('undoes a thousand calls at a time, and leaves more of them to time', async () => {
  expect(await undone(Array.from({ length: 1100 }, () => new StoreError('no answer')))).toBe(1000)
})
