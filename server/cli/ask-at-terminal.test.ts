import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { askAtTerminal } from './setup-command.js'

it.each([
  ['y\n', true],
  ['\n', false],
  ['\u0003', false],
  ['\u0004', false],
])('the question at a terminal: %j is %s', async (typed, said) => {
  const input = new PassThrough()
  const answer = askAtTerminal('Write this to Infobip?', input, new PassThrough())
  input.write(typed)
  expect(await answer).toBe(said)
})
