import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { StoreError } from '../store.js'
import { taken, tally } from '../test/bench.js'
import { openedFile } from './test/opened.js'
import { rowsOf } from './test/sound.js'

const file = openedFile()

it('keeps little more accounts than are not over, however many come (SR-D21)', async () => {
  const store = file.open()
  for (let n = 0; n < 3000; n++) {
    // Some 100 are alive at a time.
    file.time += 9000
    await store.consume([tally(randomBytes(8).toString('hex'), 1, 900_000)])
  }
  expect(rowsOf(file.path, 'SELECT count(*) AS n FROM item')[0]!['n']).toBeLessThan(150)
})

it('has room for new accounts as soon as some of those that filled it are over (SR-D20)', async () => {
  const store = file.open({ capacity: 500 })
  const charge = (key: string, window: number) => store.consume([tally(key, 1, window)])
  for (let n = 0; n < 100; n++) await charge(`over soon ${n}`, 1000)
  for (let n = 0; n < 400; n++) await charge(`kept ${n}`, 60_000)
  await expect(charge('new', 1000)).rejects.toThrow(StoreError)
  file.time += 1000
  for (let n = 0; n < 100; n++) expect(await taken(charge(`new ${n}`, 1000))).toBe(true)
  await expect(charge('new', 1000)).rejects.toThrow(StoreError)
})

it('counts on from what another process has written meanwhile', async () => {
  const [one, another] = [file.open(), file.open()]
  for (let n = 0; n < 10; n++) {
    const store = n % 2 ? one : another
    expect(await taken(store.consume([tally('counter', 10, 60_000)]))).toBe(true)
  }
  expect(await taken(one.consume([tally('counter', 10, 60_000)]))).toBe(false)
  await another.apply({ earnings: [], marks: [{ key: 'mark', keep: 1000 }], forgotten: ['counter'] })
  expect(await taken(one.consume([tally('counter', 10, 60_000)]))).toBe(true)
  expect(await taken(one.consume([{ ...tally('closed', 0, 1000), waivers: ['mark'] }]))).toBe(true)
})
