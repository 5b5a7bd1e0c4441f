import { parseCode } from '../../contract/index.js'
import type { Clock } from '../clock.js'
import type { CodeState } from '../state.js'

/** Milliseconds after which the browser is no longer asked for the message. */
const PATIENCE = 120_000

/**
 * What stops the page's newest request. Chromium knows one at a time, and ends a page that aborts one which another has
 * taken the place of.
 */
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
  /** Made when it is first needed: what an abort throws notes the line it is at, and the whole script is read for that. */
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
    const stopClock = clock.after(PATIENCE, () => this.stop())
    signal.addEventListener('abort', stopClock)
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
