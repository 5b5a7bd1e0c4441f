import { css } from 'lit'

/**
 * Colours and measures. `theme="auto"` follows the page's own `color-scheme`.
 *
 * Page values only ever reach colour and length properties, so a custom property cannot make the browser load anything.
 */
export const theme = css`
  /* For browsers without light-dark: the system's colours go with the page's color-scheme there too. */
  :host {
    --_accent: var(--otp-accent, LinkText);
    --_on-accent: var(--otp-on-accent, Canvas);
    --_text: var(--otp-text, CanvasText);
    --_muted: var(--otp-muted, CanvasText);
    --_surface: var(--otp-surface, Canvas);
    --_border: var(--otp-border, #868d9b);
    --_danger: var(--otp-danger, #d33d4b);
    --_success: var(--otp-success, #218a52);
    --_radius: var(--otp-radius, 10px);
    --_ring: var(--_accent);
    display: block;
    box-sizing: border-box;
    /* Not rem: pages make the root's type as small as 10 px, to count in tens. */
    max-inline-size: 25em;
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_accent: var(--otp-accent, light-dark(#2450d6, #8fb0ff));
      --_on-accent: var(--otp-on-accent, light-dark(#fff, #0c1633));
      --_text: var(--otp-text, light-dark(#15181e, #eef0f4));
      --_muted: var(--otp-muted, light-dark(#5a6170, #a6aebc));
      --_surface: var(--otp-surface, light-dark(#fff, #191c22));
      --_border: var(--otp-border, light-dark(#868d9b, #717988));
      --_danger: var(--otp-danger, light-dark(#b91c2c, #ff9098));
      --_success: var(--otp-success, light-dark(#12753c, #5bd692));
    }
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none;
  }
`
