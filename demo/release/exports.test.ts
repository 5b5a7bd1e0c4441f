import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { TAGS } from '../../widget/locales/tags.js'
import { filesBelow, read } from './manifest.js'

const require = createRequire(import.meta.url)
const { resolve } = require

const NAMES = filesBelow('widget/locales').flatMap((path) => /\/([\w-]+)\.ts$/.exec(path)?.[1] ?? [])
const LANGUAGES: readonly string[] = ['en', ...TAGS]

describe('the package’s sentences', () => {
  it.each(LANGUAGES)('can be imported: %s', (tag) => {
    expect(resolve(`otp-verify/locales/${tag}`)).toMatch(new RegExp(`/locales/${tag}\\.js$`))
  })

  it.each(NAMES.filter((name) => !LANGUAGES.includes(name)))('leave %s to the element alone', (name) => {
    expect(() => resolve(`otp-verify/locales/${name}`)).toThrow(/is not defined by "exports"/)
  })
})

it('the verifier can be required by a module that is no ES module, as docs/tokens.md says', () => {
  expect(require('otp-verify/verify')).toMatchObject({ createVerifier: expect.any(Function) })
})

it('what only runs in browsers names each of its exports, without which webpack lets no server component import it', () => {
  const ofBrowsers = filesBelow('widget').filter((path) => /^'use client'/.test(read(path)))
  expect(ofBrowsers).toContain('widget/react/index.ts')
  expect(ofBrowsers.filter((path) => /^export \*/m.test(read(path)))).toEqual([])
})
