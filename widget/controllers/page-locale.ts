import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Clock } from '../clock.js'
import type { Locale } from '../locales/locale.js'
import { ask, localeFor } from '../locales/library.js'
import { PageLanguage } from './page-language.js'

/** Milliseconds for which an element holds its words back, so that they do not appear in one language and change to another. */
const PATIENCE = 1000

/** The sentences of an element: in the language of the page around it, once they are here. */
export class PageLocale implements ReactiveController {
  private readonly language: PageLanguage
  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly clock: () => Clock
  /** The language for which they were asked. */
  private asked: string | undefined
  private patient = false

  constructor(host: ReactiveControllerHost & HTMLElement, clock: () => Clock) {
    this.host = host
    this.clock = clock
    this.language = new PageLanguage(host)
    host.addController(this)
  }

  /**
   * BCP 47 tag of the page's; empty when the page does not say. What is written as PHP frameworks do (`zh_CN`), or with the `cmn`
   * of older Chinese pages (`zh-cmn-Hans`), is the tag that is meant.
   */
  get tag(): string {
    return this.language.tag.replace(/_|-cmn-/g, '-')
  }

  get locale(): Locale {
    return localeFor(this.tag)
  }

  /** Whether the sentences will be others in a moment. */
  get isWaiting(): boolean {
    return this.patient
  }

  hostUpdate(): void {
    const { tag } = this
    // Sentences that failed to load are not asked for again at every redraw.
    if (tag === this.asked) return
    const coming = ask(tag)
    this.asked = coming && tag
    this.patient = coming !== undefined
    if (!coming) return
    const end = () => {
      if (tag !== this.asked) return
      this.patient = false
      this.host.requestUpdate()
    }
    void coming.then(end)
    this.clock().after(PATIENCE, end)
  }

  /** Asks once more for sentences that failed to load. No words are held back for them. */
  again(): void {
    void ask(this.tag)?.then(() => this.host.requestUpdate())
  }
}
