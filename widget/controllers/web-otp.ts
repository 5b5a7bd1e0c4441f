import { parseCode } from '../../contract/index.js'
import type { Clock } from '../clock.js'
import type { CodeState } from '../state.js'

/** Milliseconds for which the browser is asked for the message. */
const PATIENCE = 120_000

/** Aborts the page's newest request. Chromium tracks only one and kills a page that aborts a superseded one. */
let newest = new AbortController()

interface OtpCredentialRequest extends CredentialRequestOptions {
  otp: { transport: ['sms'] }
}

/**
 * Lets the browser read the text message, where it offers WebOTP and the page is not framed.
 *
 * What arrives is untrusted text: anything but a code of the right length is dropped.
 */
export class MessageReader {
  /** Created lazily: building an AbortError captures a stack, which makes the browser parse the whole script. */
  private abort: AbortController | undefined
  private readonly handleCode: (code: string) => void

  constructor(handleCode: (code: string) => void) {
    this.handleCode = handleCode
  }

  /** Reads while, and only while, a code that came as a text is asked for; begins anew for one that has `arrived`. */
  follow(code: CodeState | undefined, arrived: boolean, clock: Clock): void {
    if (arrived || !code || code.over) this.stop()
    if (arrived && code?.pending.channel === 'sms' && !code.over) this.read(code.pending.codeLength, clock)
  }

  /** Stops reading. */
  stop(): void {
    this.abort?.abort()
  }

  private read(length: number, clock: Clock): void {
    if (!('OTPCredential' in globalThis) || window.top !== window) return
    newest.abort()
    const { signal } = (newest = this.abort = new AbortController())
    signal.addEventListener(
      'abort',
      clock.after(PATIENCE, () => this.stop()),
    )
    const request: OtpCredentialRequest = { otp: { transport: ['sms'] }, signal }
    navigator.credentials.get(request).then(
      (credential) => {
        const code = parseCode(String((credential as { code?: unknown } | null)?.code), length)
        if (code && !signal.aborted) this.handleCode(code)
      },
      // Refused, aborted or unsupported: the visitor types.
      () => undefined,
    )
  }
}
