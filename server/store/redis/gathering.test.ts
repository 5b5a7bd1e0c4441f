import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { gathering } from './gathering.js'

/** What is gathered, and the calls that the test answers. */
function gathered() {
  const asked: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = []
  const ask = gathering(() => new Promise<string>((resolve, reject) => asked.push({ resolve, reject })))
  return { ask, asked }
}

it('asks once for all who come in one turn, and once for all who come meanwhile', async () => {
  const { ask, asked } = gathered()
  const first = Promise.all([ask(), ask(), ask()])
  expect(asked).toHaveLength(0)
  await setImmediate()
  expect(asked).toHaveLength(1)
  const second: Promise<string>[] = []
  for (let n = 0; n < 100; n++) {
    second.push(ask())
    if (n % 10 === 0) await setImmediate()
  }
  expect(asked).toHaveLength(1)
  asked[0]!.resolve('first')
  expect(await first).toEqual(['first', 'first', 'first'])
  await setImmediate()
  expect(asked).toHaveLength(2)
  asked[1]!.resolve('second')
  expect(new Set(await Promise.all(second))).toEqual(new Set(['second']))
})

it('fails those for whom it has asked, and asks anew for those who came meanwhile', async () => {
  const { ask, asked } = gathered()
  const failing = Promise.allSettled([ask(), ask()])
  await setImmediate()
  const next = ask()
  asked[0]!.reject(new Error('lost'))
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await setImmediate()
  asked[1]!.resolve('there')
  expect(await next).toBe('there')
  const last = ask()
  await setImmediate()
  asked[2]!.resolve('once more')
  expect(await last).toBe('once more')
})
