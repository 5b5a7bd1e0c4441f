import { html, type PropertyValues, type TemplateResult } from 'lit'
import { state } from 'lit/decorators.js'
import { parseCode } from '../contract/index.js'
import { Attributes } from './attributes.js'
import { announceFailure, announceState } from './announce.js'
import { ChallengeSolver } from './challenge/solver.js'
import { CodeEntry } from './controllers/code-entry.js'
import { NumberEntry } from './controllers/number-entry.js'
import { MessageReader } from './controllers/web-otp.js'
import { secondsUntil } from './countdown.js'
import { takeEnter } from './enter.js'
import { OtpReadyEvent } from './events.js'
import { Flow } from './flow.js'
import { framedByStranger } from './framed.js'
import { announcement, failureSentence } from './locales/sentences.js'
import { compare, failureIn } from './changes.js'
import { hasFallback } from './render/fallback.js'
import { fieldViews } from './render/fields.js'
import { screen } from './render/screen.js'
import { codeBehind, codeLength, type View } from './render/view.js'
import { showCustomState } from './custom-state.js'
import { onConfigured } from './server-address.js'
import type { Failure, State } from './state.js'
import { styles } from './styles/styles.js'

/**
 * Asks for a phone number, has a one-time code sent to it, and yields a signed token once the code is right.
 *
 * Inside a `<form>` it behaves like a field: its value is the token, and with `required` the form is not submitted
 * without one. The token is a claim for your backend to verify; nothing that happens in the page proves anything.
 *
 * @tag otp-verify
 *
 * @attribute {string} data-callback - Name of your page's global function that receives the token; the browser's own functions are ignored.
 * @attribute {string} data-expired-callback - Name of your page's global function that is called when the token has left the form.
 * @attribute {string} data-error-callback - Name of your page's global function that receives the code of a failure.
 *
 * @slot intro - Text above the number field.
 * @slot phone - The number input; your own `<input>` is adopted.
 * @slot phone-label - The label of the number input; your own `<label>` replaces it.
 * @slot code - The code input, made by the element.
 * @slot code-label - The label of the code input; your own `<label>` replaces it.
 * @slot send - Text of the button that sends the code.
 * @slot verify - Text of the button that checks the code.
 * @slot new-code - Text of the button that sends a new code when the last one can no longer be used.
 * @slot change-number - Text of the button back to the number.
 * @slot again - Text of the button that sends the code again the same way.
 * @slot instead - Text of the button that sends the code the other way: by text or by phone call.
 * @slot verified - Text shown once the number is verified.
 * @slot expired - Text shown once the token has expired.
 * @slot verify-again - Text of the button that starts again.
 * @slot fallback - Your alternative, shown to a visitor who cannot get a code.
 * @event {OtpReadyEvent} ready - The site's settings are loaded; codes can be sent.
 * @event {OtpStateChangeEvent} statechange - The state changed: `detail.state` is phone, sending, code, checking, verified or expired.
 * @event {OtpSentEvent} sent - A code is on its way: `detail.channel`, `detail.expiresAt`.
 * @event {OtpVerifiedEvent} verified - The code was right, or a new token replaces the last: `detail.token`, `detail.expiresAt`.
 * @event {OtpExpiredEvent} expired - The token has left the form: it expired, or the number was changed or reset.
 * @event {OtpFailedEvent} failed - Something failed, and the visitor has been told: `detail.code`, `detail.message`, `detail.retryAfter`, `detail.retryable`, `detail.requestId`.
 * @event {OtpFallbackEvent} fallback - The visitor cannot get a code, and sees what you put into the slot `fallback`: `detail.code`.
 * @csspart root - Everything.
 * @csspart field - The box around country and number.
 * @csspart country - The country's short form.
 * @csspart countries - The list of countries, if it can be searched.
 * @csspart search - The search field of that list.
 * @csspart option - One country of that list.
 * @csspart boxes - The row of code boxes.
 * @csspart box - One box of the code.
 * @csspart message - The line with the hint or the error.
 * @csspart button - The main button.
 * @csspart link - A secondary button.
 * @csspart change-number - The secondary button back to the number.
 * @csspart again - The secondary button that sends the code again.
 * @csspart instead - The secondary button that sends the code the other way.
 * @csspart sent-to - The line that says where the code went.
 * @csspart countdown - The time until a resend.
 * @csspart verified - The success panel.
 * @csspart expired - The panel of an expired token.
 * @csspart fallback - The panel with your alternative.
 * @cssproperty [--otp-accent=#2450d6] - Colour of buttons and focus.
 * @cssproperty [--otp-on-accent=#fff] - Colour of text on the accent.
 * @cssproperty [--otp-text=#15181e] - Colour of text.
 * @cssproperty [--otp-muted=#5a6170] - Colour of hints.
 * @cssproperty [--otp-surface=#fff] - Background of fields.
 * @cssproperty [--otp-border=#868d9b] - Colour of borders.
 * @cssproperty [--otp-danger=#b91c2c] - Colour of errors.
 * @cssproperty [--otp-success=#12753c] - Colour of success.
 * @cssproperty [--otp-radius=10px] - Radius of corners.
 * @cssstate phone - The number is asked for.
 * @cssstate sending - A code is being sent.
 * @cssstate code - The code is asked for.
 * @cssstate checking - The code is being checked.
 * @cssstate verified - The number has been verified.
 * @cssstate expired - The token has expired.
 */
export class OtpVerify extends Attributes {
  static override styles = styles

  protected override readonly flow: Flow = new Flow({
    settings: () => this.settings,
    entered: () => this.entry,
    handleSite: () => this.handleSite(),
    handleState: (current, previous) => this.handleState(current, previous),
    handleFailure: (failure) => this.handleFailure(failure),
    solve: (issued, stop) => this.solver.solve(issued, { clock: this.clock, locale: this.locale, stop }),
    requestUpdate: () => this.requestUpdate(),
  })
  private readonly entry: NumberEntry = new NumberEntry(this, {
    handleEdit: () => this.flow.edit(),
    numbering: (callingCode) => this.flow.numbering(callingCode),
  })
  private readonly codeEntry = new CodeEntry(this, {
    codeLength: () => (this.flow.state.step === 'checking' ? 0 : codeLength(this.flow.state)),
    handleEdit: () => this.flow.edit(),
    handleComplete: () => this.autoSubmit !== 'off' && this.check(),
  })
  private readonly solver = new ChallengeSolver(this)
  private readonly messageReader = new MessageReader((code) => this.codeEntry.fill(code))
  private framed = false
  /** `astray`: the visitor may be typing the number, and would go on with it in the field of the code. */
  private moveFocus: (FocusOptions & { astray?: boolean }) | undefined
  private stopConfigured = () => {}
  /** What a screen reader is told next. */
  @state() private announcement = ''

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('keydown', this.handleKeydown)
    this.stopConfigured = onConfigured(() => this.server || this.open())
    this.framed = framedByStranger(window)
    if (this.opened === '') return this.open()
    this.messageReader.follow(codeBehind(this.flow.state), true, this.clock)
    this.flow.tick()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stopConfigured()
    this.messageReader.stop()
    this.flow.pause()
    // An element that is only being moved is back before this runs.
    queueMicrotask(() => !this.isConnected && this.wipe())
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const isAsking = this.flow.state.step === 'phone'
    if (changed.has('server') || changed.has('sitekey')) this.open()
    else if (!isAsking && this.isMeantOtherwise(changed)) this.reset()
    else if (isAsking && changed.has('phone')) this.entry.fill(this.phone)
    if (isAsking && this.isMeantOtherwise(changed) && !this.entry.touched) void this.flow.resume()
    if (this.flow.site) this.entry.offerCountries(this.flow.site, this, this.locale.language)
  }

  override updated(): void {
    const { flow, locale, inactive: disabled, readonlyPhone: numberFixed, required } = this
    const channel = this.wantedChannel ?? flow.site?.channels[0] ?? 'sms'
    const asked = { disabled, numberFixed, required, checksItself: this.autoSubmit !== 'off' }
    const fields = fieldViews({ state: flow.state, locale, number: this.entry, channel, ...asked })
    this.entry.field.show(fields.phone)
    this.codeEntry.field.show(fields.code)
    showCustomState(this, this.internals, flow.state.step)
    this.syncForm()
    if (this.moveFocus) this.focus(this.moveFocus)
  }

  /** Moves the focus to what the visitor has to do next, and once more where that is still to be drawn. */
  override focus(options: FocusOptions = {}): void {
    const again = this.isUpdatePending
    this.target?.focus(options)
    this.moveFocus = again ? options : undefined
  }

  override reset(): void {
    this.flow.reset()
    this.announcement = ''
    this.codeEntry.clear()
    this.entry.fill(this.phone)
  }

  protected override get target(): HTMLElement | undefined {
    if (this.solver.holder.isConnected) return this.solver.holder
    const { state: current } = this.flow
    const code = codeBehind(current)
    if (code && !code.over && !this.moveFocus?.astray) return this.codeEntry.field.input
    if (!code && (current.step === 'phone' || current.step === 'sending')) return this.entry.field.input
    // Of a code that is over, what happened: on the button, an Enter that was meant for the code would buy a message.
    return this.renderRoot.querySelector<HTMLElement>('.message, .primary, .verified') ?? undefined
  }

  protected override open(): void {
    if (!this.isConnected || this.said === this.opened) return
    this.opened = this.said
    if (this.framed) return this.handleFailure({ code: 'origin_not_allowed', retryable: false })
    if (this.flow.state.step !== 'phone') this.reset()
    // Not when it is empty: the visitor, or the browser, may have been faster.
    if (this.phone) this.entry.fill(this.phone)
    this.flow.open()
  }

  /** Leaves nothing of the visitor behind in an element that the page has removed. */
  private wipe(): void {
    this.opened = ''
    const { state } = this.flow
    this.flow.close()
    this.handleState(this.flow.state, state)
    this.announcement = ''
    this.codeEntry.clear()
    this.entry.fill('')
    this.entry.touched = false
  }

  private readonly start = (): void => {
    // What the page has changed a moment ago counts.
    this.performUpdate()
    this.entry.tidy()
    if (!this.inactive) void this.flow.start()
  }

  private readonly check = (): void => {
    if (!this.inactive) void this.flow.check(parseCode(this.codeEntry.value, codeLength(this.flow.state)))
  }

  private readonly handleKeydown = (event: KeyboardEvent): void => {
    // Held, it would open the list of countries again and again.
    if (event.target === this && event.key === 'Enter' && event.repeat) event.preventDefault()
    const isCode = event.target === this.codeEntry.field.input
    if (!(isCode || event.target === this.entry.field.input) || !takeEnter(event)) return
    if (!isCode) this.start()
    // Who presses Enter by habit after the last digit has to read what the check of it said.
    else if (this.codeEntry.value || !failureIn(this.flow.state)?.checking) this.check()
  }

  private handleSite(): void {
    this.entry.offerCountries(this.flow.site!, this, this.locale.language)
    this.requestUpdate()
    this.dispatchEvent(new OtpReadyEvent())
  }

  private handleState(current: State, previous: State): void {
    const changes = compare(current, previous)
    const { moved, begins, arrived, failure, challenged, leads } = changes
    if (leads && this.matches(':focus-within'))
      this.moveFocus = { astray: arrived && previous.step === 'phone' && !previous.left }
    const done = moved && current.step === 'verified'
    if (begins || done || (failure?.checking && !failure.retryable)) this.codeEntry.clear()
    // Browsers keep what is in the fields for whoever comes back to the page.
    if (done) this.entry.clear()
    if (moved) this.language.again()
    if (moved || failure || challenged)
      this.announcement = announcement(this.locale, current, failure, hasFallback(this), this.announcement)
    else if (failureIn(previous) && !failureIn(current)) this.announcement = ''
    this.messageReader.follow(codeBehind(current), arrived, this.clock)
    this.setToken(current.step === 'verified' ? current.token : '')
    this.requestUpdate()
    announceState(this, current, previous, changes, () => this.flow.state.step !== 'phone')
  }

  private handleFailure(failure: Failure): void {
    announceFailure(this, failure, failureSentence(this.locale, failure))
  }

  private get view(): View {
    const { flow, locale, entry, codeEntry } = this
    const { state: current, now } = flow
    return {
      state: current,
      locale,
      disabled: this.inactive,
      number: entry,
      numberFixed: this.readonlyPhone,
      start: this.start,
      code: codeEntry,
      secondsToResend: secondsUntil(codeBehind(current)?.pending.resend.availableAt ?? null, now),
      check: this.check,
      resend: (channel) => void flow.resend(channel),
      changeNumber: () => flow.changeNumber(),
      reset: () => this.reset(),
      hasFallback: hasFallback(this),
      update: () => this.requestUpdate(),
    }
  }

  override render(): TemplateResult {
    const { locale, framed, flow } = this
    return html`<div
        class="root ${flow.resuming && !this.matches(':focus-within') ? 'waiting' : ''} ${this.isWordless ? 'wordless' : ''}"
        part="root"
        lang=${locale.language}
        dir=${locale.direction}
      >
        ${framed ? html`<div class="message invalid">${locale.errors.origin_not_allowed}</div>` : screen(this.view)}
      </div>
      <div class="live" role="status" lang=${locale.language}>${this.announcement}</div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'otp-verify': OtpVerify
  }
}
