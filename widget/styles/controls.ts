import { css } from 'lit'

/** The code boxes and the buttons. */
export const controls = css`
  .code {
    position: relative;
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: minmax(0, 1fr);
    gap: 8px;
  }
  /* One real input under boxes that only draw it. Its text has no width, so that no selection shows between them. */
  .code ::slotted(input) {
    position: absolute !important;
    inset: 0 !important;
    block-size: 100% !important;
    color: transparent !important;
    -webkit-text-fill-color: transparent !important;
    caret-color: transparent !important;
    letter-spacing: -1em !important;
    overflow: hidden !important;
    border-radius: var(--_radius) !important;
  }
  .box {
    position: relative;
    display: grid;
    place-items: center;
    block-size: 56px;
    box-sizing: border-box;
    font-size: 1.375em;
    line-height: 1;
    font-weight: 500;
    font-variant-numeric: tabular-nums;
    letter-spacing: 0;
    pointer-events: none;
  }
  .box.active.empty::after {
    content: '';
    block-size: 24px;
    /* A background would not be seen in forced colours. */
    border-inline-start: 2px solid var(--_text);
    animation: blink 1.1s steps(1) infinite;
  }
  .invalid .box {
    border-color: var(--_danger);
  }
  .field:focus-within,
  .box.active {
    outline: 2px solid var(--_ring);
    outline-offset: -1px;
    border-color: transparent;
    box-shadow: 0 0 0 4px color-mix(in srgb, var(--_ring) 18%, transparent);
  }
  .off {
    opacity: 0.55;
  }
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  button:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .primary {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 10px;
    min-block-size: 48px;
    margin-block-start: 4px;
    padding: 8px 16px;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    background-color: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
    transition: background-color 0.15s;
  }
  .primary:hover {
    background-color: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  .primary:active {
    background-color: color-mix(in srgb, var(--_accent) 78%, var(--_text));
  }
  .primary[aria-disabled='true'] {
    background-color: var(--_accent);
    cursor: progress;
  }
  .link {
    min-block-size: 28px;
    padding: 0;
    border: 0;
    background: none;
    color: var(--_accent);
    font-weight: 500;
    /* Two, for Safari takes no thickness in the one. */
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 3px;
    border-radius: 4px;
  }
  .link:hover {
    text-decoration-thickness: 2px;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  .spinner {
    box-sizing: border-box;
    inline-size: 16px;
    block-size: 16px;
    border: 2px solid currentColor;
    border-inline-end-color: transparent;
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
    forced-color-adjust: none;
  }
  @keyframes blink {
    50% {
      opacity: 0;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
`
