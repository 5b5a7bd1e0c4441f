import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** The names with which rows or points of a text begin, between two marks of it. */
function named(path: string, from: string, to: string): string[] {
  const whole = readFileSync(new URL(path, import.meta.url), 'utf8')
  const part = whole.slice(whole.indexOf(from), whole.indexOf(to, whole.indexOf(from)))
  return [...part.matchAll(/^(?: \* \||-) `(\w+)`/gm)].map(([, name]) => name!)
}

it('docs/events.md explains every outcome of a call to the provider, and no other', () => {
  const outcomes = named('../provider/provider.ts', 'What became of a paid send.', 'What became of a message')
  expect(outcomes).toContain('approved')
  const told = named('../../docs/events.md', '**`provider`** carries', '`"alarm":true`')
  expect(told.sort()).toEqual([...new Set(outcomes)].sort())
})
