import { OtpVerify } from './element.js'

/**
 * Defines `<otp-verify>`, unless the page already has it: a page may load the element twice, once in its template and once
 * through a tag manager. Without a registry, as on a server, it does nothing.
 */
export function register(): void {
  if (globalThis.customElements && !customElements.get('otp-verify')) {
    customElements.define('otp-verify', OtpVerify)
  }
}
