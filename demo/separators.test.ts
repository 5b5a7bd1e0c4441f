import { expect, it } from 'vitest'
import { DEFAULT_NUMBER_TYPES, parsePhoneNumber } from '../server/phone-number/phone-number.js'
import { numberToSend } from '../widget/country.js'

const RULES = { countries: new Set(['HR']), types: DEFAULT_NUMBER_TYPES }
const CROATIA = { code: 'HR', name: 'Croatia', callingCode: '+385', rank: 0 }

/** Every character of Unicode that the server forgives between digits. */
const SEPARATORS = Array.from({ length: 0x110000 }, (_, codePoint) => codePoint)
  .filter((codePoint) => codePoint < 0xd800 || codePoint > 0xdfff)
  .map((codePoint) => String.fromCodePoint(codePoint))
  .filter((character) => !/\p{Nd}/u.test(character) && isForgiven(character))

function isForgiven(character: string): boolean {
  return !('refused' in parsePhoneNumber(`+38591${character}2345667`, RULES))
}

it('the page forgives whatever the server forgives between the digits of a number', () => {
  for (const one of ['−', 'ー', 'ｰ', '．', '［', '（', '-', ' ']) expect(SEPARATORS).toContain(one)
  const refused = SEPARATORS.filter(
    (one) => numberToSend(`${one}091${one}234${one}5667`, CROATIA) !== '+3850912345667',
  )
  expect(refused).toEqual([])
})
