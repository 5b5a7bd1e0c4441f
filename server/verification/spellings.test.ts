import { expect, it } from 'vitest'
import { NUMBER, TestServer } from '../test/harness.js'

const SEPARATORS = ['', ' ', '-', '.', '\u00a0', '\u200b', '\u2011', '\t', ' - ', '\u202a']
const PREFIXES = ['+', '\uff0b', '00', ' +', '+ ']
/** The zeros of ASCII, Arabic-Indic, Persian, Devanagari, Bengali, Thai, Tibetan, Khmer, full-width and Gujarati digits. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xf20, 0x17e0, 0xff10, 0xae6]

function spelled(prefix: string, separator: string, zero: number): string {
  const groups = [NUMBER.slice(1, 2), `(${NUMBER.slice(2, 5)})`, NUMBER.slice(5, 8), NUMBER.slice(8)]
  const digits = groups.join(separator).replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
  return prefix + digits
}

it('five hundred spellings of one number at once are one number and one message (SR-F01)', async () => {
  const spellings = PREFIXES.flatMap((prefix) =>
    SEPARATORS.flatMap((separator) => ZEROS.map((zero) => spelled(prefix, separator, zero))),
  )
  expect(new Set(spellings).size).toBe(500)
  const server = await TestServer.start()
  try {
    const answers = await Promise.all(spellings.map((phoneNumber) => server.start({ phoneNumber })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { body } of answers.filter(({ status }) => status !== 201))
      expect(body.code).toBe('rate_limited')
    expect(server.sandbox.messages().map(({ to }) => to)).toEqual([NUMBER])
  } finally {
    await server.stop()
  }
})
