import { property, state } from 'lit/decorators.js'
import { FirstScreen } from './first-screen.js'

/** The name under which a form submits the token, unless the page chose another. */
export const DEFAULT_NAME = 'otp-verify-response'

/** What makes the element a field of its form: its value is the token, and without one a required field blocks. */
export abstract class FormControl extends FirstScreen {
  static readonly formAssociated = true

  protected readonly internals = this.attachInternals()

  private token = ''

  /** Whether the element or a fieldset around it is disabled. */
  @state() protected inactive = false

  /** Name of the token in the form's data. Default: `otp-verify-response`. */
  @property() name = DEFAULT_NAME

  /** Keeps the form from being submitted without a token. */
  @property({ type: Boolean, reflect: true }) required = false

  /** Makes the element unusable and leaves it out of the form's data. */
  @property({ type: Boolean, reflect: true }) disabled = false

  /** The token; empty until the number is verified and after the token has expired. */
  get value(): string {
    return this.token
  }

  /** The token; empty until the number is verified and after the token has expired. */
  getResponse(): string {
    return this.value
  }

  /** The element's name, as form controls have one. */
  get type(): string {
    return this.localName
  }

  /** The form that the token is submitted with. */
  get form(): HTMLFormElement | null {
    return this.internals.form
  }

  get validity(): ValidityState {
    return this.internals.validity
  }

  get validationMessage(): string {
    return this.internals.validationMessage
  }

  get willValidate(): boolean {
    return this.internals.willValidate
  }

  /** Whether a token is there when one is required. */
  checkValidity(): boolean {
    return this.internals.checkValidity()
  }

  /** Like `checkValidity()`, and tells the visitor what is missing. */
  reportValidity(): boolean {
    return this.internals.reportValidity()
  }

  formDisabledCallback(disabled: boolean): void {
    // If a page sets the property, this runs in the middle of an update, which would not notice the change.
    queueMicrotask(() => (this.inactive = disabled))
  }

  formResetCallback(): void {
    // React resets a form after each action, even one that refuses another field: a proven number must not have to be proven
    // again.
    if (!this.token) this.reset()
  }

  /** Forgets everything and asks for a number again. */
  abstract reset(): void

  /** Why the form is not submitted, and where the browser shows it. */
  protected abstract missing(): { message: string; anchor: HTMLElement | undefined }

  protected setToken(token: string): void {
    if (token === this.token) return
    this.token = token
    this.syncForm()
  }

  /** Hands value and validity to the form. */
  protected syncForm(): void {
    const entries = new FormData()
    if (this.token) entries.set(this.name || DEFAULT_NAME, this.token)
    // Entries of our own: a plain value would need a `name` attribute. No state: browsers would store the token in it.
    this.internals.setFormValue(this.token ? entries : null, null)
    if (this.required && !this.token) {
      const { message, anchor } = this.missing()
      // The page may just have taken it away; it is put back in a moment.
      const isHere = anchor && (this.contains(anchor) || this.renderRoot.contains(anchor))
      this.internals.setValidity({ valueMissing: true }, message, isHere ? anchor : undefined)
    } else {
      this.internals.setValidity({})
    }
  }
}
