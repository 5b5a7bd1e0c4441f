import { html, type TemplateResult } from 'lit'
import { ACTS } from '../scenes/index.js'
import type { Settings } from '../switches.js'
import { DESIGNS } from './designs.js'

/** The designs in frames of their own, all in the same scene. */
export function hostFrames({ host }: Settings, choose: (changes: Partial<Settings>) => void): TemplateResult {
  return html`<section class="act" aria-labelledby="hosts">
    <h2 id="hosts">In other people’s designs</h2>
    <p class="chooser">
      Each page styles its own tags, and therefore the element’s fields in the page, without regard to it. It
      then says
      <code>--otp-…</code>, parts and slots, and no <code>!important</code>.
      <label>
        <span class="name">Show</span>
        <select @change=${({ target }: Event) => choose({ host: (target as HTMLSelectElement).value })}>
          ${ACTS.map(
            ({ title, scenes }) =>
              html`<optgroup label=${title}>
                ${scenes.map((scene) => html`<option value=${scene.id} ?selected=${scene.id === host}>${scene.title}</option>`)}
              </optgroup>`,
          )}
        </select>
      </label>
    </p>
    ${DESIGNS.map(({ name, title, about }) => {
      const address = `/hosts/${name}.html?show=${host}`
      return html`<article class="host">
        <header>
          <h3>${title}</h3>
          <p>${about}</p>
          <a href=${address} aria-label="Open by itself: ${title}">Open by itself</a>
        </header>
        <iframe src=${address} title="The element in a sign-up form: ${title}" loading="lazy"></iframe>
      </article>`
    })}
  </section>`
}
