import '../../widget/test/fake-server.js'
import { html, render, type TemplateResult } from 'lit'
import '../../widget/index.js'
import { installChallenger } from '../../widget/test/fake-challenger.js'
import { watchWorkers } from '../../widget/test/watched-workers.js'
import { elementOf, play, type Scene } from './scene.js'
import { sceneNamed } from './scenes/index.js'

/** The scenes that tell the most, in the order in which visitors come to them. */
const SCENES = [
  ...['filled', 'invalid-phone-number', 'sending', 'challenge-browser'],
  ...['half-typed', 'code-incorrect', 'checking', 'call-offered'],
  ...['verified', 'expired', 'cannot-send', 'own-looks'],
].map(sceneNamed)

const THEMES = ['light', 'dark'] as const

installChallenger('turnstile')
watchWorkers(() => {})
render(THEMES.map(half), document.body)
await Promise.all(THEMES.flatMap((theme) => SCENES.map((scene) => stage(theme, scene))))
// One field at a time has the focus.
document.querySelector<HTMLElement>('.light .half-typed input[slot=code]')!.focus()
document.documentElement.dataset['ready'] = ''

function half(theme: string): TemplateResult {
  return html`<section class="half ${theme}">
    ${SCENES.map(
      ({ id, title }) =>
        html`<figure>
          <figcaption>${title}</figcaption>
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
