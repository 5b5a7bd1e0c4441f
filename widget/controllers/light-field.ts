import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** What a field shows and how it may be used at the moment. */
export interface FieldView {
  /** Of label and message, as a BCP 47 tag: the page around them may be in another. */
  language: string
  label: string
  /** What is seen in front of the input, for screen readers: its accessible description begins with it. */
  before: string
  /** Hint or error under the field; part of the field's accessible description. */
  message: string
  invalid: boolean
  disabled: boolean
  readOnly: boolean
  /** Said to screen readers alone: the browser must not ask for an input that no form submits. */
  required: boolean
}

/** Marks the nodes that the element made itself; its value is the slot they belong to. */
const MARK = 'data-otp-verify'

let made = 0

/**
 * One real `<input>` in the light DOM, with its label and its message beside it.
 *
 * There, autofill, password managers and labels find it in every engine, and a description can be referenced. An input or a
 * label that the page provided under the same slot is adopted; a node that the page removes comes back. The input never has a
 * `name`, so a form never submits it.
 */
export class LightField implements ReactiveController {
  private readonly own: {
    label: HTMLLabelElement
    input: HTMLInputElement
    before: HTMLSpanElement
    message: HTMLSpanElement
  }
  private readonly observer = new MutationObserver(() => {
    this.settle()
    this.host.requestUpdate()
  })
  private adopted: HTMLInputElement | undefined
  /** The input has the focus, or had it when it was taken away. */
  private focused = false

  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly slot: 'phone' | 'code'
  private readonly attributes: Record<string, string>

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    slot: 'phone' | 'code',
    attributes: Record<string, string>,
  ) {
    this.host = host
    this.slot = slot
    this.attributes = attributes
    const id = `otp-verify-${++made}`
    this.own = {
      label: this.make('label', `${slot}-label`, `${id}-label`),
      input: this.make('input', slot, id),
      before: this.make('span', `${slot}-before`, `${id}-before`),
      message: this.make('span', `${slot}-message`, `${id}-message`),
    }
    for (const type of ['focusin', 'focusout']) host.addEventListener(type, this)
    host.addController(this)
  }

  /** The input in use: the page's own, if it provided one. */
  get input(): HTMLInputElement {
    return this.adopted ?? this.own.input
  }

  /** Whether the input is the page's own. */
  get isAdopted(): boolean {
    return this.adopted !== undefined
  }

  hostConnected(): void {
    // Not of an element that is put into the page again, but of one that was moved there in one piece.
    this.focused = this.input.matches(':focus')
    this.settle()
    this.observer.observe(this.host, { childList: true })
  }

  hostDisconnected(): void {
    this.observer.disconnect()
  }

  handleEvent(): void {
    // Some engines say that the focus has left when a node is taken away: a moment later it is seen which of both it was.
    queueMicrotask(() => {
      if (this.input.parentNode) this.focused = this.input.matches(':focus')
    })
  }

  /** Brings label, description and state up to date. */
  show(view: FieldView): void {
    const { input, own } = this
    setText(own.label, view.label, view.language)
    setText(own.before, view.before, view.language)
    setText(own.message, view.message, view.language)
    input.disabled = view.disabled
    input.readOnly = view.readOnly
    input.setAttribute('aria-invalid', String(view.invalid))
    input.setAttribute('aria-required', String(view.required))
  }

  private settle(): void {
    const { host, slot, own } = this
    const isGone = !this.input.parentNode
    const children = [...host.children]
    const nodes: Element[] = Object.values(own)
    // Copies of our nodes come with clones of the element and with restored markup.
    for (const child of children) {
      if (child.getAttribute(MARK) === slot && !nodes.includes(child)) child.remove()
    }
    const provided = (name: string) =>
      children.find((child) => child.slot === name && !child.hasAttribute(MARK))
    const input = provided(slot)
    this.adopted = input instanceof HTMLInputElement ? input : undefined
    this.place(own.input, !this.adopted)
    this.input.id ||= own.input.id
    // It does not belong to the form: it is empty once the number is verified, and must not be required then.
    for (const name of ['name', 'required']) this.input.removeAttribute(name)
    const described = { 'aria-describedby': `${own.before.id} ${own.message.id}` }
    for (const [name, value] of Object.entries({ ...this.attributes, ...described }))
      this.input.setAttribute(name, value)

    const label = provided(`${slot}-label`)
    if (label instanceof HTMLLabelElement) label.htmlFor = this.input.id
    own.label.htmlFor = this.input.id
    this.place(own.label, ![...this.input.labels!].some((other) => other !== own.label))
    this.place(own.before, true)
    this.place(own.message, true)
    if (!isGone) return
    // Pages that are brought up to date in place take away what is not of their making, and the focus with it.
    if (this.focused && document.activeElement === document.body) this.input.focus({ preventScroll: true })
    this.focused = false
  }

  private place(node: HTMLElement, wanted: boolean): void {
    // Scripts of old pages replace `remove` with one that needs a parent.
    if (!wanted) node.parentNode?.removeChild(node)
    else if (node.parentNode !== this.host) this.host.append(node)
  }

  private make<K extends 'label' | 'input' | 'span'>(
    tag: K,
    slot: string,
    id: string,
  ): HTMLElementTagNameMap[K] {
    const node = document.createElement(tag)
    node.slot = slot
    node.id = id
    node.setAttribute(MARK, this.slot)
    return node
  }
}

function setText(node: HTMLElement & { said?: string }, text: string, language: string): void {
  // Not by its text: a browser that translates pages has put other words there.
  if (node.said !== text) node.textContent = node.said = text
  if (node.lang !== language) node.lang = language
}
