import { once } from 'node:events'
import { Webhook } from 'standardwebhooks'
import type { Notify } from '../observe/alert.js'
import { nameOf } from '../observe/error-name.js'
import type { Observe } from '../observe/events.js'
import type { RandomBytes } from '../random.js'

/** Where alerts go. */
export interface WebhookSettings {
  url: string
  /** `whsec_` and at least 24 random bytes in base64, as Standard Webhooks writes secrets. */
  secret: string
}

/** What a webhook is made of beside its settings. */
export interface WebhookDeps {
  observe: Observe
  random: RandomBytes
  /** Milliseconds since 1970. */
  now: () => number
  sleep: (milliseconds: number) => Promise<void>
}

/** Posts alerts. */
export interface AlertPoster {
  notify: Notify
  /** Sends each alert that was not accepted yet once more, at once, and resolves when that is done: within ten seconds. */
  stop(): Promise<void>
}

/** Milliseconds to wait for an answer. */
const TIMEOUT = 5000

/** Delays before each retry of an alert that was not accepted, in milliseconds. */
const AGAIN = [1000, 5000, 20_000]

/** Most alerts under way at once; any more are lost. */
const MOST = 20

/**
 * Posts alerts, signed as https://www.standardwebhooks.com says, so that receivers can verify them with any library for that. A
 * receiver may get one twice; `webhook-id` is then the same.
 */
export function webhook(
  { url, secret }: WebhookSettings,
  { observe, random, now, sleep }: WebhookDeps,
): AlertPoster {
  const signer = new Webhook(secret)
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const stopped = once(stopping.signal, 'abort')

  async function post(id: string, body: string): Promise<void> {
    const at = new Date(now())
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(id, at, body),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error('not taken')
  }

  async function deliver(id: string, body: string): Promise<void> {
    for (const wait of AGAIN) {
      const isLast = stopping.signal.aborted
      try {
        return await post(id, body)
      } catch (error) {
        if (isLast) throw error
        await Promise.race([sleep(wait), stopped])
      }
    }
    await post(id, body)
  }

  return {
    notify(alert, onLost = async () => {}) {
      async function lose(error: string): Promise<void> {
        observe({ event: 'failure', operation: 'alert', requestId: '', error, alert: alert.alert })
        await onLost()
      }
      if (underWay.size >= MOST) {
        // Sent again before there is room, it would only be lost again.
        void Promise.race(underWay).then(() => lose('TooMany'))
        return
      }
      const id = `msg_${Buffer.from(random(16)).toString('hex')}`
      const timestamp = new Date(now()).toISOString()
      const body = JSON.stringify({ type: `otp-verify.${alert.alert}`, timestamp, data: alert })
      const delivery = deliver(id, body)
        .catch((error: unknown) => lose(nameOf(error)))
        .finally(() => underWay.delete(delivery))
      underWay.add(delivery)
    },
    async stop() {
      stopping.abort()
      await Promise.all(underWay)
    },
  }
}
