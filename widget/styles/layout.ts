import { css } from 'lit'

/** Everything but the code boxes and the buttons. */
export const layout = css`
  /* What a page says of all its tags, it says of the element as well, and that is inherited. Not by what is in it. */
  .root {
    display: grid;
    /* Wants more room than it gets: else one that is centred would be as wide as the words of each screen. */
    grid: auto / minmax(auto, 99em);
    gap: 8px;
    color: var(--_text);
    font-size: max(14px, 1em);
    line-height: 1.5;
    text-align: start;
    text-indent: 0;
    text-transform: none;
    white-space: normal;
    overflow-wrap: anywhere;
    word-spacing: normal;
  }
  .waiting {
    visibility: hidden;
  }
  /* Words that will be others in a moment keep their place. */
  .wordless,
  .wordless :is(button, .message) {
    color: transparent;
  }
  .wordless ::slotted(input) {
    color: var(--_text) !important;
  }
  .live {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* The page's own rules would win over ours in the light DOM; these do not let them. */
  ::slotted(:where([data-otp-verify], input)) {
    all: unset !important;
    direction: inherit !important;
    unicode-bidi: isolate !important;
  }
  ::slotted(label) {
    display: block !important;
    font-size: 0.875em !important;
    font-weight: 600 !important;
  }
  ::slotted(input) {
    box-sizing: border-box !important;
    inline-size: 100% !important;
    display: block !important;
    font-size: max(16px, 1em) !important;
    direction: ltr !important;
    text-align: left !important;
    cursor: text !important;
    /* Keeps the colour with which browsers mark what they filled in from ever arriving. */
    transition: background-color 9999s 9999s !important;
  }
  /* Browsers write what they filled in in a colour that knows nothing of the surface. */
  ::slotted(:autofill) {
    -webkit-text-fill-color: var(--_text) !important;
  }
  /* Where large type leaves no room for a number beside its country, it goes below. */
  .field {
    display: flex;
    flex-wrap: wrap;
  }
  .field,
  .box {
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    box-shadow: 0 1px 2px rgb(0 0 0 / 0.06);
    transition: box-shadow 0.15s;
  }
  .field slot {
    display: block;
    flex: 1 0 8em;
    min-inline-size: 0;
  }
  .field ::slotted(input) {
    block-size: 46px !important;
    padding-inline: 10px !important;
    font-variant-numeric: tabular-nums !important;
  }
  .invalid {
    --_ring: var(--_danger);
  }
  .field.invalid:not(:focus-within) {
    border-color: var(--_danger);
  }
  .country {
    position: relative;
    display: flex;
    align-items: center;
    gap: 6px;
    box-sizing: border-box;
    min-inline-size: 6.5em;
    min-block-size: 46px;
    padding-inline: 12px 8px;
    border-inline-end: 1px solid color-mix(in srgb, var(--_border) 45%, transparent);
    border-start-start-radius: inherit;
    border-end-start-radius: inherit;
    color: var(--_muted);
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  .prefix {
    display: flex;
    gap: 6px;
    margin-inline-end: auto;
  }
  .region {
    color: var(--_text);
    font-weight: 500;
  }
  .country svg {
    inline-size: 14px;
    flex: none;
  }
  /* The native list, invisible over its short form: the platform's own picker, keyboard and voice. */
  select {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    font-size: 16px;
    cursor: pointer;
  }
  .field:has(:is(select, .country):focus-visible) {
    outline: none;
    border-color: var(--_border);
    box-shadow: none;
  }
  .country:is(:focus-visible, :has(select:focus-visible)) {
    outline: 2px solid var(--_accent);
    outline-offset: -4px;
  }
  .message,
  .row {
    font-size: 0.875em;
    color: var(--_muted);
  }
  .message {
    min-block-size: 1.5em;
    outline: none;
  }
  .message.invalid {
    display: flex;
    gap: 0.5em;
    color: var(--_danger);
  }
  /* Colour is never all that tells of a mistake. */
  .message.invalid::before {
    content: '!';
    content: '!' / '';
    flex: none;
    box-sizing: border-box;
    inline-size: 1.5em;
    block-size: 1.5em;
    margin-block-start: 0.25em;
    border: 1.5px solid currentColor;
    border-radius: 50%;
    font-size: 0.7em;
    font-weight: 700;
    line-height: calc(1.5em - 3px);
    text-align: center;
    letter-spacing: 0;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 12px;
    min-block-size: 28px;
  }
  .more {
    display: grid;
    min-block-size: 32px;
  }
  .more .row {
    grid-area: 1 / 1;
    place-content: center;
  }
  .reserved {
    visibility: hidden;
  }
  .time,
  .digits {
    font-variant-numeric: tabular-nums;
  }
  ::slotted([slot='challenge']) {
    display: block !important;
  }
  .fallback {
    display: grid;
    gap: 4px;
    padding: 10px 14px;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background-color: color-mix(in srgb, var(--_text) 6%, transparent);
  }
  .fallback ::slotted(a) {
    color: var(--_accent);
  }
  .panel {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 12px;
    box-sizing: border-box;
    min-block-size: 48px;
    padding: 10px 14px;
    border: 1px solid color-mix(in srgb, var(--_border) 60%, transparent);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    outline: none;
  }
  .panel svg {
    flex: none;
    inline-size: 24px;
    color: var(--_muted);
  }
  .verified {
    border-color: color-mix(in srgb, var(--_success) 55%, transparent);
    background-color: color-mix(in srgb, var(--_success) 8%, var(--_surface));
    font-weight: 500;
  }
  .verified svg {
    color: var(--_success);
  }
  .tick {
    stroke: var(--_surface);
    stroke-dasharray: 1;
    animation: draw 0.35s 0.1s ease-out backwards;
  }
  .panel .text {
    flex: 1 0 6em;
    min-inline-size: 0;
  }
  .digits {
    color: var(--_muted);
    white-space: nowrap;
    font-weight: 400;
  }
  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::after {
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    :host {
      --_text: CanvasText;
    }
    .tick {
      stroke: Canvas;
    }
    .spinner {
      color: ButtonText;
    }
  }
`
