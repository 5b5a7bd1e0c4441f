import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { codeAfterEdit } from '../code-edit.js'
import { LightField } from './light-field.js'

/** What the entry asks of its element and reports to it. */
export interface CodeEntryHost {
  /** Digits a code has; 0 while typing must change nothing. */
  codeLength(): number
  /** The visitor changed the code. */
  handleEdit(): void
  /** The last digit has arrived. Said once for each completed code. */
  handleComplete(code: string): void
}

/** The code input: keeps its digits, follows its caret, notices when it is complete. */
export class CodeEntry implements ReactiveController {
  readonly field: LightField
  /** ASCII digits typed so far. */
  value = ''
  /** Where the next digit goes; `undefined` while the input has no focus. */
  caret: number | undefined

  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly entry: CodeEntryHost

  constructor(host: ReactiveControllerHost & HTMLElement, entry: CodeEntryHost) {
    this.host = host
    this.entry = entry
    this.field = new LightField(host, 'code', {
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      enterkeyhint: 'done',
      spellcheck: 'false',
      dir: 'ltr',
    })
    for (const type of ['input', 'compositionend', 'focusin', 'focusout', 'mouseup'])
      host.addEventListener(type, this)
    host.addController(this)
  }

  hostConnected(): void {
    document.addEventListener('selectionchange', this)
  }

  hostDisconnected(): void {
    document.removeEventListener('selectionchange', this)
  }

  handleEvent(event: Event): void {
    const { input } = this.field
    const isEdit = event.type === 'input' || event.type === 'compositionend'
    if (event.target === input) {
      if (isEdit) this.edit(event)
      if (event.type === 'mouseup') {
        // Text without width leaves the caret behind the last digit, wherever the pointer was. A selection is rounded down.
        const box = ((event as MouseEvent).offsetX / input.clientWidth) * this.entry.codeLength()
        if (box < this.value.length) input.setSelectionRange(box, box + 1)
      }
    }
    this.followCaret()
  }

  /** Puts a code into the field, as if it had been typed. */
  fill(code: string): void {
    this.field.input.value = code
    this.edit()
  }

  clear(): void {
    this.value = this.field.input.value = ''
    this.followCaret()
  }

  private edit({ type, isComposing }: Partial<InputEvent> = {}): void {
    const { input } = this.field
    const length = this.entry.codeLength()
    if (!length) {
      input.value = this.value
      return
    }
    const text = input.value
    const caret = input.selectionStart ?? text.length
    const before = this.value
    const { value, isDoubtful } = codeAfterEdit(text, caret, this.caret ?? 0, length)
    const isOrdered = value === text
    const isComposed = type === 'compositionend'
    if (isComposed && isOrdered && value === before) return
    this.value = value
    this.entry.handleEdit()
    this.host.requestUpdate()
    // An input method would overwrite text that is tidied while it composes.
    if (isComposing && !isOrdered) return
    if (!isOrdered) {
      input.value = value
      // Setting a value moves the caret to the end; after a correction in the middle it must stay there.
      if (caret < text.length) input.setSelectionRange(caret, caret)
    }
    const isNew = value !== before || (isComposed && !isOrdered)
    if (value.length === length && isNew && !isDoubtful) this.entry.handleComplete(value)
  }

  private followCaret(): void {
    const { input } = this.field
    const focused = (input.getRootNode() as Document | ShadowRoot).activeElement === input
    const caret = focused ? (input.selectionStart ?? this.value.length) : undefined
    if (caret === this.caret) return
    this.caret = caret
    this.host.requestUpdate()
  }
}
