/** How a message travels. */
export type MessageChannel = 'sms' | 'voice' | 'email'

/** Something that was "delivered". */
export interface SandboxMessage {
  /** Names this one delivery. */
  id: string
  /** E.164 with `+`, or an email address. */
  to: string
  channel: MessageChannel
  /** What the SMS says, or what the call reads out. */
  text: string
  pin: string
  /** The pinId the caller was given for it. */
  pinId: string
  /** ISO 8601 UTC, with milliseconds. */
  sentAt: string
}

const MOST_MESSAGES = 10_000

/** What all phones and mailboxes have received: the newest 10,000 messages. */
export class Inbox {
  readonly #messages: SandboxMessage[] = []
  readonly #listeners = new Set<(message: SandboxMessage) => void>()

  deliver(message: SandboxMessage): void {
    this.#messages.push(message)
    if (this.#messages.length > MOST_MESSAGES) this.#messages.shift()
    for (const listener of this.#listeners) listener(message)
  }

  /** Messages to one address, however it is written, or all; newest last. */
  messages(to?: string): SandboxMessage[] {
    if (to === undefined) return [...this.#messages]
    const wanted = toAddress(to)
    return this.#messages.filter((message) => message.to === wanted)
  }

  /** Calls `listener` with every message from now on, until the returned function is called. */
  listen(listener: (message: SandboxMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** A phone number as E.164 with `+`, whatever stands between its digits; an email address in lower case. */
export function toAddress(to: string): string {
  return to.includes('@') ? to.trim().toLowerCase() : `+${to.replace(/\D/g, '')}`
}
