import { promisify } from 'node:util'
import { brotliCompress } from 'node:zlib'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { answerText } from './answer.js'
import type { AppEnv, Connection } from './env.js'

/** Answers with a text, in brotli where the browser accepts it and this server is not mounted in another. */
export type AnswerCompressed = (
  c: Context<AppEnv>,
  headers: Readonly<Record<string, string>>,
) => Promise<Response>

const compress = promisify(brotliCompress)

/**
 * Makes the answer for a text that never changes, compressed once, on first use. Only for public texts that repeat nothing of
 * the request: the length of a compressed answer may reveal what is in it.
 */
export function compressed(text: string): AnswerCompressed {
  let packing: Promise<Uint8Array<ArrayBuffer>> | undefined
  return async function answerCompressed(c, headers) {
    // Next.js removes Content-Encoding from the answers of servers mounted in it.
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
