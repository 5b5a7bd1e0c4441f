import { expect, fixture } from '@open-wc/testing'
import { emulateMedia, executeServerCommand, sendKeys } from '@web/test-runner-commands'
import { whenIdle } from '../clock.js'
import { reading, resetServer, SERVER } from './fake-server.js'
import { FakeClock } from './fake-clock.js'
import { configure, type OtpVerify, type StateName } from '../index.js'
import { until } from './until.js'

configure({ server: SERVER })

const { port1: here, port2: there } = new MessageChannel()
here.start()

/** Lets the page have a turn. Not by a timer alone: browsers make one that follows upon others wait for four milliseconds. */
async function nextTurn(): Promise<void> {
  const told = new Promise((done) => here.addEventListener('message', done, { once: true }))
  there.postMessage('')
  await told
  await new Promise((done) => setTimeout(done))
}

/** An element in a page, as a visitor and a host see it. */
export class Harness {
  readonly element: OtpVerify
  readonly clock: FakeClock
  /** Every event of ours that reached the document, in order. */
  readonly events: CustomEvent<Record<string, unknown>>[] = []

  constructor(element: OtpVerify, clock: FakeClock) {
    this.element = element
    this.clock = clock
    for (const name of ['ready', 'statechange', 'sent', 'verified', 'expired', 'failed', 'fallback']) {
      element.addEventListener(name, (event) => this.events.push(event as CustomEvent))
    }
  }

  get phone(): HTMLInputElement {
    return this.element.querySelector('input[type=tel]')!
  }

  get code(): HTMLInputElement {
    return this.element.querySelector('input[autocomplete=one-time-code]')!
  }

  get select(): HTMLSelectElement | null {
    return this.shadow.querySelector('select')
  }

  /** What opens the list of countries, where there are many. */
  get opener(): HTMLButtonElement | null {
    return this.shadow.querySelector('button.country')
  }

  /** The field in which the visitor searches the open list. */
  get search(): HTMLInputElement | null {
    return this.shadow.querySelector('[role=combobox]')
  }

  /** The names in the open list. */
  get listed(): string[] {
    return [...this.shadow.querySelectorAll('[role=option] > :first-child')].map(
      ({ textContent }) => textContent,
    )
  }

  get shadow(): ShadowRoot {
    return this.element.shadowRoot!
  }

  /** The names of the events so far. */
  get eventNames(): string[] {
    return this.events.map(({ type }) => type)
  }

  /** What the boxes show. */
  get boxes(): string {
    return [...this.shadow.querySelectorAll('.box')].map((box) => box.textContent.trim() || '_').join('')
  }

  /** What the visitor reads under the field. */
  get message(): string {
    const slot = this.shadow.querySelector<HTMLSlotElement>('slot[name$=-message]')
    return slot?.assignedElements()[0]?.textContent ?? ''
  }

  /** The text of what the description of a field is taken from. */
  described(field: HTMLInputElement): string {
    const ids = field.getAttribute('aria-describedby')!.split(' ')
    return ids
      .map((id) => document.getElementById(id)!.textContent)
      .join(' ')
      .trim()
  }

  /** All text of the shadow root. */
  get text(): string {
    return this.shadow.querySelector('.root')!.textContent.replace(/\s+/g, ' ').trim()
  }

  /** What a screen reader is told. */
  get live(): string {
    return this.shadow.querySelector('.live')!.textContent
  }

  state(name: StateName): boolean {
    return this.element.matches(`:state(${name})`)
  }

  /** The button whose text contains `text`. */
  button(text: string): HTMLButtonElement {
    const found = [...this.shadow.querySelectorAll('button')].find((each) => each.textContent.includes(text))
    if (!found) throw new Error(`There is no button "${text}" in: ${this.text}`)
    return found
  }

  /** Whether countries have their codes in place of their names, as long as the browser has something else to do. */
  private get isNameless(): boolean {
    const chosen = this.select?.selectedOptions[0]
    if (chosen) return chosen.text.startsWith(`${chosen.value} (`)
    if (this.opener) return this.opener.ariaLabel!.includes('  ')
    return this.element.querySelector('[slot=phone-before]')!.textContent.startsWith(' ')
  }

  /** Waits until answers have been read and worked through, words and names are here and the screen is drawn. */
  async settle(): Promise<void> {
    do {
      for (let turn = 0; turn < 12; turn = reading > 0 ? 0 : turn + 1) await nextTurn()
      await this.element.updateComplete
    } while (this.shadow.querySelector('.wordless'))
    if (!this.isNameless) return
    await new Promise<void>(whenIdle)
    await this.element.updateComplete
  }

  async click(text: string): Promise<void> {
    this.button(text).click()
    await this.settle()
  }

  /** Sends a code to a number that the server accepts. */
  async start(number = '912345667'): Promise<void> {
    this.phone.value = number
    await this.click('Send code')
  }

  /** Opens the list of countries. */
  async openList(): Promise<void> {
    this.opener!.click()
    await this.listOpens()
  }

  /** Waits until one can type into the list of countries. */
  async listOpens(): Promise<void> {
    await until(() => this.search && this.shadow.activeElement === this.search)
    await this.settle()
  }

  /** Types a code, digit by digit. The last one has it checked. */
  async typeCode(code: string): Promise<void> {
    this.code.focus()
    await type(code)
    await this.settle()
  }

  /** Fills the code field as autofill does. */
  async fill(code: string): Promise<void> {
    this.code.value = code
    this.code.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await this.settle()
  }

  async passSeconds(seconds: number): Promise<void> {
    this.clock.pass(seconds)
    await this.settle()
  }
}

/**
 * Puts an element into a page, around `form` when asked, with a fresh server and nothing remembered. `before` may still
 * change what that server answers.
 */
export async function mount(
  attributes = '',
  options: { form?: boolean; children?: string; keep?: boolean; lang?: string; before?: () => void } = {},
): Promise<Harness> {
  const { form = false, children = '', keep = false, lang = 'en', before } = options
  const clock = new FakeClock()
  if (!keep) {
    sessionStorage.clear()
    resetServer(clock.now())
  }
  before?.()
  const page = await fixture<HTMLElement>(`<div lang="${lang}"></div>`)
  const tag = `<otp-verify sitekey="shop" ${attributes}>${children}</otp-verify>`
  const content = document
    .createRange()
    .createContextualFragment(form ? `<form>${tag}<button>Sign up</button></form>` : tag)
  customElements.upgrade(content)
  const element = content.querySelector('otp-verify')!
  element.clock = clock
  const harness = new Harness(element, clock)
  page.append(content)
  await harness.settle()
  return harness
}

/** Presses one key after the other, as a visitor does. */
export async function type(text: string): Promise<void> {
  for (const key of text) await sendKeys({ press: key })
}

/** Presses one named key. */
export async function press(key: string): Promise<void> {
  await sendKeys({ press: key })
}

/** Gives the page a size. */
export async function resizePage(width: number, height: number): Promise<void> {
  const isSo = () => innerWidth === width && innerHeight === height
  // A window's size is reckoned from that of its page, which may have been about to change.
  await until(async () => {
    await executeServerCommand('page-size', { width, height })
    return until(isSo, 3000).then(
      () => true,
      () => false,
    )
  })
}

/** Makes this the page of a visitor who prefers reduced motion; where that cannot be emulated, the engine starts with it. */
export async function reduceMotion(): Promise<void> {
  const { matches } = matchMedia('(prefers-reduced-motion: reduce)')
  if (!matches) await emulateMedia({ reducedMotion: 'reduce' })
  expect(matchMedia('(prefers-reduced-motion: reduce)').matches).to.equal(true)
}

/** Whether the engine calls the number field so. */
export async function isNamed(page: Harness, name: string): Promise<boolean> {
  const query = { selector: `#${page.phone.id}`, name }
  const { answer } = await executeServerCommand<{ answer: boolean }, typeof query>('is-named', query)
  return answer
}

/** Presses Tab with Shift: back to what came before. */
export async function pressShiftTab(): Promise<void> {
  await executeServerCommand('shift-tab')
}
