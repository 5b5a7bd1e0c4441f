import { FakeClock } from '../../widget/test/fake-clock.js'
import type { OtpFailedEvent, OtpStateChangeEvent, OtpVerify, StateName } from '../../widget/index.js'

const EVENTS = ['ready', 'statechange', 'failed'] as const

/** Somebody in front of one element, who can type, press, and wait for what the element says of itself. */
export class Visitor {
  /** The element's time, which stands still unless somebody lets it pass. */
  readonly clock = new FakeClock()

  private readonly element: OtpVerify
  private isReady = false
  private state: StateName = 'phone'
  private failure: string | undefined
  private wake = () => {}

  constructor(element: OtpVerify) {
    this.element = element
    element.clock = this.clock
    for (const type of EVENTS) element.addEventListener(type, (event) => this.hear(event))
  }

  ready(): Promise<void> {
    return this.until(() => this.isReady)
  }

  reaches(state: StateName): Promise<void> {
    return this.until(() => this.state === state)
  }

  fails(code: string): Promise<void> {
    return this.until(() => this.failure === code)
  }

  /** Waits until the element has drawn what it knows, and in its own language. */
  async seesIt(): Promise<void> {
    await this.element.updateComplete
    while (this.element.shadowRoot!.querySelector('.wordless'))
      await new Promise((done) => setTimeout(done, 10))
  }

  /** Lets time pass, second by second, until a failure is shown. */
  async outwaits(code: string): Promise<void> {
    while (this.failure !== code) {
      this.clock.pass(1)
      await new Promise((done) => setTimeout(done))
    }
  }

  /** Waits, after a deed, until there are other words under the number than before. */
  async isTold(deed: () => Promise<void>): Promise<void> {
    await this.ready()
    await this.seesIt()
    const before = this.reads('tel')
    await deed()
    while (this.reads('tel') === before) await new Promise((done) => setTimeout(done, 10))
  }

  /** Types a number and asks for the code. */
  async sends(number: string): Promise<void> {
    await this.ready()
    this.types('tel', number)
    this.presses('Enter', 'tel')
  }

  /** Types a number, asks for the code and is asked for it. */
  async isAskedForCode(number: string): Promise<void> {
    await this.sends(number)
    await this.reaches('code')
    await this.seesIt()
  }

  /** Fills a field as autofill does. */
  types(field: 'tel' | 'one-time-code', text: string): void {
    const input = this.field(field)
    // What the browser says when somebody comes; the page keeps its focus.
    input.dispatchEvent(new FocusEvent('focusin', { bubbles: true }))
    input.value = text
    input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }

  presses(key: string, field: 'tel' | 'one-time-code'): void {
    this.field(field).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }

  /** Clicks what carries that name of a part. */
  clicks(part: string): void {
    this.element.shadowRoot!.querySelector<HTMLElement>(`[part~=${part}]`)!.click()
  }

  private reads(field: string): string {
    const described = this.field(field).getAttribute('aria-describedby')?.split(' ') ?? []
    return described.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  }

  private field(autocomplete: string): HTMLInputElement {
    return this.element.querySelector(`input[autocomplete=${autocomplete}]`)!
  }

  private hear(event: Event): void {
    if (event.type === 'ready') this.isReady = true
    else if (event.type === 'failed') this.failure = (event as OtpFailedEvent).detail.code
    else this.state = (event as OtpStateChangeEvent).detail.state
    this.wake()
  }

  private async until(happened: () => boolean): Promise<void> {
    while (!happened()) await new Promise<void>((wake) => (this.wake = wake))
  }
}
