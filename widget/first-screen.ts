import { LitElement } from 'lit'
import { nextTask } from './clock.js'

/** How high the first screen is; of a page that keeps its place until the script is there, docs/looks.md says the same. */
const HEIGHT = 'calc(124px + 2.625 * max(14px, 1em))'

/**
 * An element which, where a page had it before its script and nothing in it but a fallback, begins and draws its first screen in
 * tasks of their own and keeps the place meanwhile: together with the script that takes a phone so long that the page would not
 * answer.
 */
export abstract class FirstScreen extends LitElement {
  // Other nodes of the page's own are to be seen meanwhile, and may have the focus.
  private readonly waits = this.isConnected && !this.querySelector(':scope > :not([slot=fallback])')

  protected override async scheduleUpdate(): Promise<void> {
    if (this.waits && !this.hasUpdated) {
      const place = document.createElement('div')
      place.style.height = HEIGHT
      this.renderRoot.append(place)
      await nextTask()
      this.begin()
      await nextTask()
      place.remove()
    }
    void super.scheduleUpdate()
  }

  /** Does what comes before drawing, unless it was done with what the page says by now. */
  protected abstract begin(): void
}
