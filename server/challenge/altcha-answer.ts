import { z } from 'zod'
import { readStrictJson } from '../strict-json.js'

/** Longest answer, in characters of base64; those of our own challenges have about a thousand. */
const MAX_LENGTH = 2048

const hex = (characters: number) => z.string().regex(new RegExp(`^[0-9a-f]{${characters}}$`))

/** Only members that are read before or while the signature is checked have a shape here. */
const answerSchema = z.object({
  challenge: z.strictObject({
    parameters: z.looseObject({
      algorithm: z.string(),
      ...{ nonce: hex(32), salt: hex(32), keyPrefix: hex(32), keySignature: hex(64) },
      ...{ cost: z.int(), keyLength: z.int() },
      data: z.strictObject({ for: z.string(), until: z.int() }),
    }),
    signature: hex(64),
  }),
  solution: z.object({ counter: z.int(), derivedKey: hex(64) }),
})

/** The answer to an ALTCHA challenge, as the client wrote it. Only its shape has been checked. */
export type AltchaAnswer = z.infer<typeof answerSchema>

/** Reads an answer in JSON and base64. @returns `undefined` when it is none */
export function readAltchaAnswer(text: string): AltchaAnswer | undefined {
  if (text.length > MAX_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  try {
    return answerSchema.parse(readStrictJson(Buffer.from(text, 'base64').toString()))
  } catch {
    return undefined
  }
}
