import { css } from 'lit'

/** The list of countries in which the visitor searches. */
export const countries = css`
  button.country {
    margin: 0;
    padding-block: 0;
    border-block: 0;
    border-inline-start: 0;
    background: none;
    opacity: 1;
  }
  .countries {
    inset: auto;
    box-sizing: border-box;
    margin: 0;
    padding: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    color: var(--_text);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.18);
    overflow: hidden;
  }
  .countries:popover-open {
    display: flex;
    flex-direction: column;
  }
  .search {
    all: unset;
    flex: none;
    padding: 0 14px;
    block-size: 46px;
    border-block-end: 2px solid var(--_accent);
    font-size: max(16px, 1em);
  }
  .search::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .options {
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .option {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    padding: 8px 14px;
    cursor: pointer;
  }
  .option:is(:hover, [aria-selected='true']) {
    background-color: color-mix(in srgb, var(--_accent) 14%, transparent);
  }
  .option[aria-selected='true'] {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  [aria-current='true'] {
    font-weight: 600;
  }
  .none:not(:empty) {
    padding: 12px 14px;
    color: var(--_muted);
  }
`
