import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { moveCommand, type MovedCommand } from './moved-command.js'

let moved: MovedCommand
beforeAll(async () => {
  moved = await moveCommand()
  return moved.remove
})

it('examines the secret that the servers have: what they refuse is named', () => {
  const file = join(moved.place, 'etc/site-secret')
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, 'short')
  const examined = moved.run({}, 'doctor', '--offline')
  expect(examined.stdout + examined.stderr).toMatch(/OTP_SITE_SECRET/)
  expect(examined.status).toBe(1)
  writeFileSync(file, before)
})

it('hands on each word as it was written: systemd would read those with $', () => {
  for (const word of [
    '$NODE_ENV',
    '${NODE_ENV}',
    '$$',
    'a$$b ${PATH}',
    '$',
    'two  words',
    "it's",
    '\\$x&\n%i',
  ])
    expect(moved.run({}, word).stderr, word).toContain(`unknown command '${word}'`)
})

it('leaves the number of an order in no journal', () => {
  expect(moved.run({}, 'deny', '--number', '+12025550123')).toMatchObject({ status: 0 })
  const journal = readFileSync(join(moved.place, 'journal'), 'utf8')
  expect(journal).toContain('Started otp-verify command\n')
  expect(journal).not.toContain('2025550123')
})
