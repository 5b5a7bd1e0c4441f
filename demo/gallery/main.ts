import './world.js'
import { html, nothing, render, type TemplateResult } from 'lit'
import { hostFrames } from './hosts/frames.js'
import { markupOf } from './markup.js'
import { elementOf, play, type Act, type Played, type Scene } from './scene.js'
import { ACTS } from './scenes/index.js'
import { addressOf, settingsOf, switches, type Settings } from './switches.js'

const playing = new Map<Scene, Played>()
let settings = settingsOf(location.href)

draw()
await Promise.all(ACTS.flatMap(({ scenes }) => scenes).map(stage))
document.documentElement.dataset['ready'] = ''
setInterval(() => {
  if (settings.time === 'running') for (const { visitor } of playing.values()) visitor.clock.pass(1)
}, 1000)

function choose(changes: Partial<Settings>): void {
  settings = { ...settings, ...changes }
  history.replaceState(null, '', addressOf(location.href, settings))
  draw()
}

function draw(): void {
  const { theme, width } = settings
  Object.assign(document.documentElement.dataset, { theme, width })
  render(switches(settings, choose), document.querySelector('form')!)
  render(ACTS.map(indexOf), document.querySelector('nav')!)
  render(html`${ACTS.map(act)} ${hostFrames(settings, choose)}`, document.querySelector('main')!)
  for (const element of document.querySelectorAll('otp-verify')) element.theme = theme
}

function indexOf({ title, scenes }: Act): TemplateResult {
  return html`<h2>${title}</h2>
    ${scenes.map((scene) => html`<a href="#${scene.id}">${scene.title}</a>`)}`
}

function act({ id, title, scenes }: Act): TemplateResult {
  return html`<section class="act" aria-labelledby="act-${id}">
    <h2 id="act-${id}">${title}</h2>
    ${scenes.map(card)}
  </section>`
}

function card(scene: Scene): TemplateResult {
  const { id, title, story } = scene
  const { lang, dir } = settings
  const element = document.getElementById(id)?.querySelector('otp-verify')
  return html`<article class="scene" id=${id}>
    <div class="words">
      <h3>
        ${title}
        <button
          class="again"
          type="button"
          aria-label="Play again: ${title}"
          @click=${() => void stage(scene)}
        >
          Play again
        </button>
      </h3>
      <p>${story}</p>
      <pre tabindex="0" aria-label="Markup"><code>${element ? markupOf(element) : nothing}</code></pre>
      <ol class="exchanges">
        ${playing.get(scene)?.server.exchanges.map(({ path, outcome }) => html`<li>${path} <b>${outcome}</b></li>`)}
      </ol>
    </div>
    <div class="stage" lang=${lang} dir=${dir === 'auto' ? nothing : dir}></div>
  </article>`
}

/** Puts a fresh element on a scene's stage and plays the scene. */
async function stage(scene: Scene): Promise<void> {
  const element = elementOf(scene)
  element.theme = settings.theme
  document.querySelector(`#${scene.id} .stage`)!.replaceChildren(element)
  playing.set(scene, await play(scene, element))
  draw()
}
