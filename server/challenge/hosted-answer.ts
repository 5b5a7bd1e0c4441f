import { z } from 'zod'

/** Most bytes of an answer that are read; real ones have a few hundred. */
const MAX_BYTES = 16_384

/** What Turnstile and hCaptcha answer alike. Members that only one of them has may be missing. */
const answerSchema = z.union([
  z.object({
    success: z.literal(true),
    challenge_ts: z.iso.datetime({ offset: true }),
    hostname: z.string(),
    cdata: z.string().nullish(),
  }),
  z.object({ success: z.literal(false), 'error-codes': z.array(z.string()).min(1) }),
])

/** What the service says about a visitor's token: that it is good, and where and when it was made; or why not. */
export type HostedAnswer = z.infer<typeof answerSchema>

/** What to ask a siteverify endpoint. `patience` is the time limit in milliseconds. */
export interface Question {
  url: string
  /** Names and values of the form; what is `undefined` is left out. */
  form: Record<string, string | undefined>
  patience: number
}

/**
 * Asks a siteverify endpoint about a token, once.
 *
 * @returns `undefined` when no answer came in time, or none of the right shape and size. The cause is not reported: an error
 * might quote the form, and with it the secret.
 */
export async function ask({ url, form, patience }: Question): Promise<HostedAnswer | undefined> {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(given),
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    })
    const answer = answerSchema.parse(JSON.parse(await textOf(response)))
    return answer.success && response.status !== 200 ? undefined : answer
  } catch {
    return undefined
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body as ReadableStream<Uint8Array> | null) ?? []) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
