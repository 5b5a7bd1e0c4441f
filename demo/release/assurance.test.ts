import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { read, ROOT } from './manifest.js'

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'package.json'],
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

/** What a code by telephone is not: a claim that a buyer or an auditor would hold against its site. */
const CLAIMS =
  /\bMFA\b|\b(?:multi|two|second)[- ]factor|\bAAL ?\d|phishing[- ]resistant|strong authentication/i

it.each(PAGES)('%s claims no more of a code by telephone than it is (SR-L01)', (page) => {
  const text = read(page).replaceAll(/\s+/g, ' ')
  const claims = text.split(/(?<=[.:|]) /).filter((sentence) => CLAIMS.test(sentence))
  expect(claims.filter((sentence) => !/\bno (?:second|two)[- ]factor\b/.test(sentence))).toEqual([])
})

it('the README says that the telephone is a restricted authenticator, what to offer beside it, and where it may not be (SR-L01)', () => {
  const [, told = ''] = read('README.md').split('## What this is not')
  for (const words of ['restricted authenticator', 'passkey', 'authenticator app', 'may not offer it at all'])
    expect(told.replaceAll(/\s+/g, ' '), words).toContain(words)
})
