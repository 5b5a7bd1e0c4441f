import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Clock } from '../clock.js'
import type { Locale } from '../locales/locale.js'
import { localeFor } from '../locales/library.js'
import { PageLanguage } from './page-language.js'

/** Milliseconds for which an element keeps its words back, so that they do not appear in one language and change to another. */
const PATIENCE = 1000

/** The sentences of an element: in the language of the page around it, once they are here. */
export class PageLocale implements ReactiveController {
  private readonly language: PageLanguage
  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly clock: () => Clock
  private coming: Promise<void> | undefined
  private patient = false

  constructor(host: ReactiveControllerHost & HTMLElement, clock: () => Clock) {
    this.host = host
    this.clock = clock
    this.language = new PageLanguage(host)
    host.addController(this)
  }

  /** BCP 47 tag as the page wrote it; empty when the page does not say. */
  get tag(): string {
    return this.language.tag
  }

  get locale(): Locale {
    return localeFor(this.tag).locale
  }

  /** Whether the sentences will be others in a moment. */
  get isWaiting(): boolean {
    return this.patient
  }

  hostUpdate(): void {
    const { coming } = localeFor(this.tag)
    if (coming === this.coming) return
    this.coming = coming
    this.patient = coming !== undefined
    const arrived = () => this.arrived(coming)
    void coming?.then(arrived)
    if (coming) this.clock().after(PATIENCE, arrived)
  }

  private arrived(coming: Promise<void> | undefined): void {
    if (coming !== this.coming) return
    this.patient = false
    this.host.requestUpdate()
  }
}
