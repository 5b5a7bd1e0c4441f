import type { Message } from './setup-messages.js'

/** What an operator wants the Infobip account to be. */
export interface Wish {
  /** Name of an application that is to be made. */
  name: string
  messages: readonly Message[]
  /** The brand named before each text. */
  brand: string | undefined
  sender: string | undefined
  /** `undefined`: the messages name no page. */
  hostPlaceholder: string | undefined
  codeLength: number
}
