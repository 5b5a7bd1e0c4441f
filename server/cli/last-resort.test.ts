import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { lastResort } from './last-resort.js'

const SECRET = 'redis://user:password@host'

function happening(error: unknown, origin: string) {
  const process = new EventEmitter()
  const printed: string[] = []
  let ended = 0
  lastResort(
    process,
    (text) => printed.push(text),
    () => ended++,
  )
  process.emit('uncaughtException', error, origin)
  return { text: printed.join('\n'), ended }
}

it('tells of a rejection that nobody heard, and lets the server live (SR-I08)', () => {
  const { text, ended } = happening(new TypeError(SECRET), 'unhandledRejection')
  expect(text).toMatch(/^Uncaught \(unhandledRejection\): TypeError\n {4}at .*last-resort\.test/)
  expect(ended).toBe(0)
})

it('ends the server after an error that was thrown, for another to take its place', () => {
  expect(happening(new Error(SECRET), 'uncaughtException').ended).toBe(1)
})

it('never tells what an error says, even if that looks like a place in the code', () => {
  const several = new Error(`${SECRET}\n    at password (file:///x)`)
  for (const thrown of [new Error(SECRET), SECRET, { message: SECRET }, null, several])
    expect(happening(thrown, 'uncaughtException').text).not.toMatch(/password/)
})
