import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { answerText } from './answer.js'
import type { AppEnv, Connection } from './env.js'

/** Answers with a text, in brotli where the browser takes that and no other server stands around this one. */
export type AnswerCompressed = (
  c: Context<AppEnv>,
  headers: Readonly<Record<string, string>>,
) => Promise<Response>

const compress = promisify(brotliCompress)

/**
 * Makes the answer with a text that stays as it is, compressed once, when it is first wanted. Only for what is public and
 * repeats nothing of the request: the length of a compressed answer may tell what is in it.
 */
export function compressed(text: string): AnswerCompressed {
  let packing: Promise<Uint8Array<ArrayBuffer>> | undefined
  return async function answerCompressed(c, headers) {
    // Next.js takes the name of the encoding away from the answers of what is mounted in it.
    const { env }: { env?: Connection } = c
    const encoding = env?.incoming
      ? accepts(c, { header: 'Accept-Encoding', supports: ['br'], default: 'identity' })
      : 'identity'
    const { Vary = '' } = c.get('crossOrigin') ?? {}
    const varied = { ...headers, Vary: Vary ? `${Vary}, Accept-Encoding` : 'Accept-Encoding' }
    if (encoding === 'identity') return answerText(c, text, { headers: varied })
    packing ??= compress(text)
    return answerText(c, await packing, { headers: { ...varied, 'Content-Encoding': encoding } })
  }
}
