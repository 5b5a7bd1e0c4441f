// The floor: an input, drawn by Lit, and nothing else.
import { css, html, LitElement } from 'lit'

class LitField extends LitElement {
  static styles = css`
    :host {
      display: block;
      block-size: 50px;
    }
    input {
      font: inherit;
    }
  `

  render() {
    return html`<label>Phone number <input type="tel" autocomplete="tel" /></label>`
  }
}

globalThis.customElements.define('lit-field', LitField)
