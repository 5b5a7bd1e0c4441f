import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { tells } from './by-chance.js'

it.each([
  ['{"pin":"123456"}', true],
  ['code=123456 at 12.5', true],
  ['the code is 123456.', true],
  ['00000000-0000-4000-8000-000000123456', false],
  ['{"milliseconds":3.1234567}', false],
])('a code is told by %s: %s', (text, isTold) => expect(tells(text, '123456')).toBe(isTold))

it('whatever is no code is looked for everywhere', () => {
  const id = randomUUID()
  expect(tells(`"${id}"`, id)).toBe(true)
  expect(tells('at 198.51.100.7', '198.51.100')).toBe(true)
})
