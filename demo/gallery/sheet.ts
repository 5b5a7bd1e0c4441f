import './world.js'
import { html, render, type TemplateResult } from 'lit'
import { elementOf, play, type Scene } from './scene.js'
import { sceneNamed } from './scenes/index.js'

/** The scenes that tell the most, in the order in which visitors come to them, with what they are called here. */
const CAPTIONS: Readonly<Record<string, string>> = {
  filled: 'Number filled in',
  'invalid-phone-number': 'Not a number',
  sending: 'Sending',
  'challenge-browser': 'Challenge solved by the browser',
  'half-typed': 'Code half typed',
  'code-incorrect': 'Wrong code',
  checking: 'Checking',
  'call-offered': 'Another code, or a call',
  verified: 'Verified',
  expired: 'Token expired',
  'cannot-send': 'Refused, with an alternative',
  'own-looks': 'In the page’s colours',
}

const SCENES = Object.keys(CAPTIONS).map(sceneNamed)

const THEMES = ['light', 'dark'] as const

render(THEMES.map(half), document.body)
await Promise.all(THEMES.flatMap((theme) => SCENES.map((scene) => stage(theme, scene))))
// One field at a time has the focus.
document.querySelector<HTMLElement>('.light .half-typed input[slot=code]')!.focus()
document.documentElement.dataset['ready'] = ''

function half(theme: string): TemplateResult {
  return html`<section class="half ${theme}">
    ${SCENES.map(
      ({ id }) =>
        html`<figure>
          <figcaption>${CAPTIONS[id]}</figcaption>
          <div class="card ${id}"></div>
        </figure>`,
    )}
  </section>`
}

async function stage(theme: (typeof THEMES)[number], scene: Scene): Promise<void> {
  const element = elementOf(scene)
  document.querySelector(`.${theme} .${scene.id}`)!.append(element)
  // Two elements in one scene have a server each.
  await play({ ...scene, id: `${scene.id}-${theme}` }, element)
}
