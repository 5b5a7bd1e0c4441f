/** The attribute behind each setting; those that the element observes, and no others. */
export const ATTRIBUTES = {
  sitekey: 'sitekey',
  action: 'action',
  cdata: 'cdata',
  tokenNonce: 'token-nonce',
  name: 'name',
  required: 'required',
  disabled: 'disabled',
  phone: 'phone',
  readonlyPhone: 'readonly-phone',
  initialCountry: 'initial-country',
  onlyCountries: 'only-countries',
  excludeCountries: 'exclude-countries',
  channel: 'channel',
  theme: 'theme',
  autoSubmit: 'auto-submit',
  resume: 'resume',
  refreshExpired: 'refresh-expired',
} as const satisfies Record<keyof OtpVerifySettings, string>

/** What can be chosen about an element, as attributes say it. */
export interface OtpVerifySettings {
  /** Key of the site, as the server's configuration names it. */
  sitekey: string
  /** Purpose of the verification; a claim of the token. */
  action?: string | undefined
  /** Your own note; a claim of the token. */
  cdata?: string | undefined
  /** A value that your backend bound to the visitor's session; a claim of the token. */
  tokenNonce?: string | undefined
  /** Name of the token in the form's data. @default 'otp-verify-response' */
  name?: string | undefined
  /** Keeps the form from being submitted without a token. */
  required?: boolean | undefined
  /** Makes the element unusable and leaves it out of the form's data. */
  disabled?: boolean | undefined
  /** Pre-fills the number. */
  phone?: string | undefined
  /** Keeps the visitor from changing `phone`. */
  readonlyPhone?: boolean | undefined
  /** Country to start with (ISO 3166-1 alpha-2). */
  initialCountry?: string | undefined
  /** Countries to offer, of those that the site serves; separated by spaces or commas. */
  onlyCountries?: string | undefined
  /** Countries not to offer; separated by spaces or commas. */
  excludeCountries?: string | undefined
  /** How the first code travels. Default: the site's first channel. */
  channel?: 'sms' | 'voice' | undefined
  /** @default 'auto', which follows the page's `color-scheme` */
  theme?: 'auto' | 'light' | 'dark' | undefined
  /** `off` keeps a complete code from being checked before the visitor asks for it. */
  autoSubmit?: 'on' | 'off' | undefined
  /** `off` keeps a reloaded page from continuing. */
  resume?: 'on' | 'off' | undefined
  /** `off` lets a token expire. Otherwise it is replaced, for up to half an hour after the check. */
  refreshExpired?: 'on' | 'off' | undefined
}

/** The settings under the names that they have as attributes. */
export type SettingsByAttribute = {
  [Name in keyof OtpVerifySettings as (typeof ATTRIBUTES)[Name]]: OtpVerifySettings[Name]
}
