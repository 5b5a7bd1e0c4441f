import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { numberingPlan } from '../server/phone-number/numbering-plan.js'
import { callingCode, DEFAULT_NUMBER_TYPES, servedCountries } from '../server/phone-number/phone-number.js'

const weightOf = (text: string | Uint8Array) => brotliCompressSync(text).length

// Bytes are facts, so that growing is a decision. The aim is 16 kB.
it('the script with Lit, all states and English weighs at most 22.6 kB, in brotli, and is ASCII', async () => {
  const manifest = createRequire(import.meta.url).resolve('otp-verify/package.json')
  const script = await readFile(join(dirname(manifest), 'dist/script/otp-verify.js'))
  expect(weightOf(script)).toBeLessThan(22_580)
  // Neither its host nor the page may name its encoding: it is read the same in any.
  expect(script.every((byte) => byte < 128)).toBe(true)
  // What is compiled beside the page's thread, a phone need not wait for.
  expect(script.toString()).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/)
})

it('the plan of a calling code weighs at most 2.2 kB, and mostly less than 0.4', () => {
  const rules = { countries: new Set(servedCountries()), types: DEFAULT_NUMBER_TYPES }
  const codes = [...new Set(servedCountries().map(callingCode))]
  const weights = codes
    .map((code) => weightOf(JSON.stringify(numberingPlan(code, rules))))
    .sort((a, b) => a - b)
  expect(weights.at(-1)).toBeLessThan(2200)
  expect(weights[Math.floor(weights.length / 2)]).toBeLessThan(400)
})
