import type { PropertyValues } from 'lit'
import { property } from 'lit/decorators.js'
import { CHANNELS, PATTERNS, type Channel } from '../contract/index.js'
import { pageClock, type Clock } from './clock.js'
import { PageLocale } from './controllers/page-locale.js'
import type { Flow } from './flow.js'
import type { FlowSettings, TicketSource } from './flow-host.js'
import { FormControl } from './form-control.js'
import type { Locale } from './locales/locale.js'
import { codeBehind } from './render/view.js'
import { isOf, type SavedVerification } from './saved.js'
import { configuredServer, normalizeServer } from './server-address.js'

/** Everything a page can choose about an element. */
export abstract class Attributes extends FormControl {
  protected readonly language = new PageLocale(this, () => this.clock)

  /** What it was opened with; empty once it has been wiped. */
  protected opened: string | undefined

  /** Names your site to the server; required. */
  @property() sitekey = ''

  /** The purpose (`signup`, `reset`; 1 to 32 letters, digits, `-`, `_`), copied into the token; your backend must expect the same. */
  @property() action = ''

  /** Your own note (1 to 255 letters, digits, `-`, `_`), copied into the token. */
  @property() cdata = ''

  /** A value your backend bound to the visitor's session (16 to 128 letters, digits, `-`, `_`), copied into the token. */
  @property({ attribute: 'token-nonce' }) tokenNonce = ''

  /** Pre-fills the number. */
  @property() phone = ''

  /** Keeps `phone` from being changed. */
  @property({ type: Boolean, attribute: 'readonly-phone' }) readonlyPhone = false

  /** The country to start with (`HR`, ISO 3166-1 alpha-2). */
  @property({ attribute: 'initial-country' }) initialCountry = ''

  /** The countries to offer, of those that the site serves (`HR,DE`). */
  @property({ attribute: 'only-countries' }) onlyCountries = ''

  /** Countries not to offer. */
  @property({ attribute: 'exclude-countries' }) excludeCountries = ''

  /** `sms` or `voice`: how the first code travels. Default: the site's first channel. */
  @property() channel: 'sms' | 'voice' | '' = ''

  /** `auto` follows the page's `color-scheme`; or `light`, or `dark`. */
  @property({ reflect: true, useDefault: true }) theme: 'auto' | 'light' | 'dark' = 'auto'

  /** `off` waits for the button when the code is complete. */
  @property({ attribute: 'auto-submit' }) autoSubmit: 'on' | 'off' = 'on'

  /** `off` starts again when the page is reloaded, as it always does at a site with `senderConstraint`. */
  @property() resume: 'on' | 'off' = 'on'

  /** `off` lets a token expire after five minutes. Otherwise it is replaced, for up to half an hour, while the visitor fills in the rest. */
  @property({ attribute: 'refresh-expired' }) refreshExpired: 'on' | 'off' = 'on'

  /**
   * Public URL of the server, or a path of the page's origin, for this element alone. A property and never an attribute,
   * so that markup which an attacker got into the page cannot send codes elsewhere.
   */
  @property({ attribute: false }) server = ''

  /**
   * Asks your backend for a start ticket; called for each new code, at a site with `requireTicket` or to let the visitor in while
   * others are not. A property and never an attribute: a ticket is good for one code and two minutes.
   */
  @property({ attribute: false }) ticket: TicketSource | undefined

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

  /** What it opens with by now. */
  protected get said(): string {
    return [this.settings.server, this.sitekey, this.phone].join()
  }

  /** What the visitor has asked for so far. */
  protected abstract readonly flow: Pick<Flow, 'state'>

  /** Begins anew, unless that was done with what the page says by now. */
  protected abstract open(): void

  /** What the visitor has to do next. */
  protected abstract get target(): HTMLElement | undefined

  protected override missing(): { message: string; anchor: HTMLElement | undefined } {
    return { message: this.locale.required, anchor: this.target }
  }

  /** Whether a number is being proven, or was, for something else than is asked for by now. */
  protected isMeantOtherwise(changed: PropertyValues<this>): boolean {
    const { state } = this.flow
    const differs = (name: 'action' | 'tokenNonce' | 'phone') =>
      changed.has(name) && (changed.get(name) ?? '') !== this[name]
    const { lastDigits = '' } = (codeBehind(state) ?? state) as Partial<SavedVerification>
    // A number that is fixed by now may be the very one.
    const isOther = changed.has('readonlyPhone') ? !isOf(lastDigits, this.phone) : differs('phone')
    return differs('action') || differs('tokenNonce') || (this.readonlyPhone && isOther)
  }

  protected get settings(): FlowSettings {
    const { sitekey, clock, ticket, wantedChannel: channel } = this
    const { tag } = this.language
    return {
      clock,
      ticket,
      server: this.server ? normalizeServer(this.server) : (configuredServer() ?? ''),
      resumes: this.resume !== 'off',
      refreshes: this.refreshExpired !== 'off',
      fixedNumber: this.readonlyPhone ? this.phone || '' : undefined,
      request: {
        sitekey,
        channel,
        language: PATTERNS.language.test(tag) ? tag : undefined,
        action: this.action || undefined,
        cdata: this.cdata || undefined,
        nonce: this.tokenNonce || undefined,
      },
    }
  }
}
