import { html, type TemplateResult } from 'lit'
import type { View } from './view.js'

interface ButtonView {
  /** Slot for the page's own text. */
  slot: string
  text: string
  disabled: boolean
  onClick: () => void
}

/** Safari does not focus a clicked button. */
const takeFocus = ({ currentTarget }: MouseEvent) => (currentTarget as HTMLElement).focus()

/** The one thing to do on a screen. While its call is under way it keeps its size and its focus. */
export function primaryButton(view: ButtonView & { busy: boolean; busyText: string }): TemplateResult {
  const { slot, text, busy, busyText, disabled, onClick } = view
  return html`<button
    type="button"
    class="primary"
    part="button"
    ?disabled=${disabled}
    aria-disabled=${busy}
    @mouseup=${takeFocus}
    @click=${onClick}
  >
    ${busy ? html`<span class="spinner"></span>${busyText}` : html`<slot name=${slot}>${text}</slot>`}
  </button>`
}

/** A lesser thing to do, drawn as a link. It keeps its focus while a call is under way, and then does nothing. */
export function linkButton({ slot, text, disabled, onClick }: ButtonView): TemplateResult {
  return html`<button
    type="button"
    class="link"
    part="link ${slot}"
    ?disabled=${disabled}
    @mouseup=${takeFocus}
    @click=${onClick}
  >
    <slot name=${slot}>${text}</slot>
  </button>`
}

/** The way to another number, for screens whose number the visitor may choose. */
export function changeNumber({ locale, disabled }: View, onClick: () => void): TemplateResult {
  return linkButton({ slot: 'change-number', text: locale.changeNumber, disabled, onClick })
}
