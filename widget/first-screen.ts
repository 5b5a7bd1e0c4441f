import { LitElement, type PropertyValues } from 'lit'
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
  private waits = this.isConnected && !this.querySelector(':scope > :not([slot=fallback])')

  protected override async scheduleUpdate(): Promise<void> {
    if (this.waits) {
      const place = document.createElement('div')
      place.style.height = HEIGHT
      this.renderRoot.append(place)
      try {
        await nextTask()
        this.performUpdate()
        await nextTask()
      } finally {
        place.remove()
      }
    }
    void super.scheduleUpdate()
  }

  /** Draws, but for the first time, when the element has begun with what the page said before it was defined: Lit has that. */
  protected override update(changed: PropertyValues): void {
    if (!this.waits) super.update(changed)
    this.waits = false
  }
}
