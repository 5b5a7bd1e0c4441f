/** The name of the shop's site on its otp-verify server. */
export const SITEKEY = 'demo'

/** What the shop wants numbers confirmed for; a token for anything else is refused. */
export const ACTION = 'signup'

/** Where browsers reach the otp-verify server: this very app, below a path. */
export function publicUrl(): string {
  return process.env['OTP_PUBLIC_URL'] || 'http://localhost:5174/api/otp'
}

/** Where the sandbox shows its messages; `undefined` when there is an Infobip account and messages are real. */
export function inboxUrl(): string | undefined {
  if (process.env['INFOBIP_BASE_URL']) return undefined
  return `http://localhost:${process.env['OTP_SANDBOX_PORT'] || 8788}`
}
