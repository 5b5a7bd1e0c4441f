/** The name of the shop's site on its otp-verify server. */
export const SITEKEY = 'demo'

/** What the shop wants numbers confirmed for; a token for anything else is refused. */
export const ACTION = 'signup'

/** Where browsers reach the otp-verify server: this very app, below a path. */
export function publicUrl(): string {
  return process.env['OTP_PUBLIC_URL'] || 'http://localhost:5174/api/otp'
}

/** Where the sandbox shows its messages, as `npm run demo:next` says; `undefined` where it knows of an Infobip account. */
export function inboxUrl(): string | undefined {
  return process.env['DEMO_INBOX']
}
