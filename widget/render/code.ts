import { html, nothing, type TemplateResult } from 'lit'
import { isMistake } from '../failure.js'
import type { CodeState } from '../state.js'
import { resendIn, sentTo } from '../locales/sentences.js'
import { changeNumber, linkButton, primaryButton } from './button.js'
import type { View } from './view.js'

/** Asks for the code. */
export function codeScreen(view: View, code: CodeState): TemplateResult {
  const { state, locale, disabled } = view
  const busy = state.step !== 'code'
  const failed = state.step === 'code' && code.failure
  return html`
    <slot name="code-label"></slot>
    <div class="row" part="sent-to">
      <span>${sentTo(locale, code.pending, code.lastDigits)}</span>
      ${view.numberFixed ? nothing : changeNumber(view, view.changeNumber)}
    </div>
    <div
      class="code ${failed && isMistake(failed) ? 'invalid' : ''} ${code.over || disabled ? 'off' : ''}"
      part="boxes"
      dir="ltr"
    >
      <slot name="code"></slot>
      ${boxes(view, code)}
    </div>
    <div class="message ${failed ? 'invalid' : ''}" part="message" tabindex="-1">
      <slot name="code-message"></slot>
    </div>
    <slot name="challenge"></slot>
    ${
      code.over
        ? primaryButton({
            slot: 'new-code',
            text: locale.newCode,
            busy,
            busyText: locale.sending,
            disabled,
            onClick: view.start,
          })
        : primaryButton({
            slot: 'verify',
            text: locale.verify,
            busy: state.step === 'checking',
            busyText: locale.checking,
            disabled,
            onClick: view.check,
          })
    }
    ${code.over ? nothing : resendRow(view, code)}
  `
}

function boxes({ code: { value, caret } }: View, { pending, over }: CodeState): TemplateResult[] {
  const active = caret === undefined || over ? undefined : Math.min(caret, pending.codeLength - 1)
  // Not `Array.from`, which scripts of old pages replace with one that ignores a length.
  return [...new Array(pending.codeLength).keys()].map((index) => {
    const digit = value[index] ?? ''
    return html`<span
      class="box ${index === active ? 'active' : ''} ${digit ? '' : 'empty'}"
      part="box"
      aria-hidden="true"
      >${digit}</span
    >`
  })
}

function resendRow(view: View, { pending }: CodeState): TemplateResult {
  const { state, locale, disabled, secondsToResend } = view
  const { remaining, availableAt, channels } = pending.resend
  if (remaining === 0 || availableAt === null) return html`<div class="more"></div>`
  const sending = state.step === 'sending'
  const waits = sending || secondsToResend > 0
  // The links keep their place while they are unavailable, so that the page below does not move under a click.
  return html`<div class="more">
    <div class="row ${waits ? 'reserved' : ''}">
      <span>${locale.notReceived}</span>
      ${channels.map((channel) =>
        linkButton({
          slot: channel === pending.channel ? 'again' : 'instead',
          text: (channel === pending.channel ? locale.again : locale.instead)[channel],
          disabled: disabled || waits,
          onClick: () => view.resend(channel),
        }),
      )}
    </div>
    ${waits ? waiting(view, sending) : nothing}
  </div>`
}

function waiting({ locale, secondsToResend }: View, sending: boolean): TemplateResult {
  return sending
    ? html`<div class="row"><span class="spinner"></span><span>${locale.sending}</span></div>`
    : html`<div class="row">
        <span>${locale.notReceived}</span>
        <span class="time" part="countdown">${resendIn(locale, secondsToResend)}</span>
      </div>`
}
