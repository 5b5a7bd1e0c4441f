import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a token is to the fake: what it was made with, or `undefined` for one that nobody made. */
export interface Made {
  hostname: string
  /** Milliseconds since 1970. */
  at: number
  cdata?: string
}

/** A siteverify endpoint over real HTTP, which knows some tokens and answers for each of them once. */
export interface FakeSiteverify {
  url: string
  /** Makes a token, as a solved challenge does. */
  make(made: Made): string
  /** Bodies of all calls so far, as forms. */
  calls: URLSearchParams[]
  /** Answers the calls from now on instead. */
  misbehave(answer: ((response: ServerResponse, request: IncomingMessage) => void) | undefined): void
  stop(): Promise<void>
}

/** How the two differ where they refuse a token, and what they add. */
export interface Manner {
  duplicate: string
  extra: Record<string, unknown>
}

/** As Cloudflare publishes it. */
export const TURNSTILE: Manner = {
  duplicate: 'timeout-or-duplicate',
  extra: { action: '', metadata: { interactive: false } },
}

/** As hCaptcha publishes it. */
export const HCAPTCHA: Manner = { duplicate: 'already-seen-response', extra: { credit: false } }

/** Starts one that takes this secret. */
export async function startFake(secret: string, { duplicate, extra }: Manner): Promise<FakeSiteverify> {
  const tokens = new Map<string, Made>()
  const used = new Set<string>()
  const calls: URLSearchParams[] = []
  let misbehaviour: Parameters<FakeSiteverify['misbehave']>[0]

  function answerTo(form: URLSearchParams): object {
    const token = form.get('response') ?? ''
    const made = tokens.get(token)
    const refusal = (code: string) => ({ success: false, 'error-codes': [code] })
    if (form.get('secret') !== secret) return refusal('invalid-input-secret')
    if (!made) return refusal('invalid-input-response')
    if (used.has(token)) return refusal(duplicate)
    used.add(token)
    const { hostname, at, cdata } = made
    const challenge_ts = new Date(at).toISOString()
    return { success: true, challenge_ts, hostname, 'error-codes': [], ...(cdata && { cdata }), ...extra }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      calls.push(form)
      if (misbehaviour) return misbehaviour(response, request)
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify(answerTo(form)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/siteverify`,
    make(made) {
      const token = `0.token-${tokens.size}.${'x'.repeat(300)}`
      tokens.set(token, made)
      return token
    },
    calls,
    misbehave: (answer) => void (misbehaviour = answer),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
