import { property } from 'lit/decorators.js'
import { CHANNELS, PATTERNS, type Channel } from '../contract/index.js'
import { pageClock, type Clock } from './clock.js'
import { PageLocale } from './controllers/page-locale.js'
import type { FlowSettings } from './flow-host.js'
import { FormControl } from './form-control.js'
import type { Locale } from './locales/locale.js'
import { configuredServer, normalizeServer } from './server-address.js'

/** Everything a page can choose about an element. */
export abstract class Attributes extends FormControl {
  private readonly language = new PageLocale(this, () => this.clock)

  /** Key of the site, as the server's configuration names it. */
  @property() sitekey = ''

  /** Purpose of the verification; a claim of the token. */
  @property() action = ''

  /** Your own note; a claim of the token. */
  @property() cdata = ''

  /** A value that your backend bound to the visitor's session; a claim of the token. */
  @property({ attribute: 'token-nonce' }) tokenNonce = ''

  /** Number to begin with. */
  @property() phone = ''

  /** Keeps the visitor from changing `phone`. */
  @property({ type: Boolean, attribute: 'readonly-phone' }) readonlyPhone = false

  /** Country to begin with (ISO 3166-1 alpha-2). */
  @property({ attribute: 'initial-country' }) initialCountry = ''

  /** Countries to offer, of those that the site serves; separated by spaces or commas. */
  @property({ attribute: 'only-countries' }) onlyCountries = ''

  /** Countries not to offer; separated by spaces or commas. */
  @property({ attribute: 'exclude-countries' }) excludeCountries = ''

  /** How the first code travels: `sms` or `voice`; the site's first channel unless set. */
  @property() channel = ''

  /** `auto` follows the page's `color-scheme`; or `light`, or `dark`. */
  @property({ reflect: true, useDefault: true }) theme = 'auto'

  /** `off` keeps a complete code from being checked before the visitor asks for it. */
  @property({ attribute: 'auto-submit' }) autoSubmit = ''

  /** `off` keeps a reloaded page from continuing. */
  @property() resume = ''

  /** `off` lets a token end at its time instead of replacing it, for up to half an hour after the check. */
  @property({ attribute: 'refresh-expired' }) refreshExpired = ''

  /**
   * Public URL of the server, for this element alone. A property and never an attribute, so that markup which an
   * attacker got into the page cannot send codes elsewhere.
   */
  @property({ attribute: false }) server = ''

  /** @internal Where the time comes from. */
  clock: Clock = pageClock

  /** The sentences in the language of the page around the element. */
  protected get locale(): Locale {
    return this.language.locale
  }

  /** Whether they will be others in a moment. */
  protected get isWordless(): boolean {
    return this.language.isWaiting
  }

  /** The channel that the page asks for, if it is one. */
  protected get wantedChannel(): Channel | undefined {
    return CHANNELS.find((channel) => channel === this.channel)
  }

  protected get settings(): FlowSettings {
    const { sitekey, clock, action, cdata, tokenNonce: nonce, wantedChannel: channel } = this
    const language = PATTERNS.language.test(this.language.tag) ? this.language.tag : ''
    const optional = Object.entries({ channel, language, action, cdata, nonce }).filter(([, value]) => value)
    return {
      clock,
      server: this.server ? normalizeServer(this.server) : (configuredServer() ?? ''),
      resumes: this.resume !== 'off',
      refreshes: this.refreshExpired !== 'off',
      request: { sitekey, ...Object.fromEntries(optional) },
    }
  }
}
