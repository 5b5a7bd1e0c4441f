import { expect, it } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { StoreError } from '../store/store.js'
import { watchEviction } from './watch-eviction.js'

it('refuses a store that may forget, and tells once whenever it has come to', async () => {
  const refused = async () => ({ asked: true, mistake: 'it may' })
  await expect(watchEviction(refused, () => {})).rejects.toThrow(StoreError)
  const answers: (string | undefined | Error)[] = [undefined, 'it may', 'it may', new StoreError('away')]
  answers.push(undefined, 'it may')
  const events: ServerEvent[] = []
  const ask = async () => {
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return { asked: true, mistake: answer }
  }
  const watch = await watchEviction(ask, (event) => events.push(event))
  const seen: boolean[] = []
  while (answers.length > 0) {
    await watch.look()
    seen.push(watch.mayForget())
  }
  expect(seen).toEqual([true, true, true, false, true])
  expect(events).toEqual([{ event: 'evicting' }, { event: 'evicting' }])
})

it('does not ask again what it may not ask', async () => {
  let times = 0
  const ask = async () => ({ asked: false, mistake: times++ ? 'it may' : undefined })
  const watch = await watchEviction(ask, () => {})
  await watch.look()
  expect([times, watch.mayForget()]).toEqual([1, false])
})
