import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Country } from '../country.js'
import { countrySearch, type CountrySearch } from '../country-search.js'
import { isComposed } from '../enter.js'

/** What the list asks of the number field that it belongs to, and reports to it. */
export interface CountryListHost {
  readonly countries: Country[]
  readonly country: Country | undefined
  /** Names the countries, unless they have their names. */
  name(): void
  choose(code: string): void
}

/** Pixels between the list, the field and the edges of the window. */
const GAP = 6

/** Pixels: least width where there is room, greatest height, and least height. */
const SIZE = { width: 280, height: 360, low: 200 }

/** The list of countries in which a visitor searches: what is in it, where it is, and what its keys do. */
export class CountryList implements ReactiveController {
  /** Whether the visitor has opened it; nothing of it is drawn before. */
  isOpen = false
  /** The countries that the typed text may mean. */
  found: Country[] = []
  /** Index of the one that Enter chooses. */
  active = 0

  private search: CountrySearch = () => []
  /** The countries that are searched. */
  private offered: Country[] = []
  private closed = new AbortController()
  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly entry: CountryListHost

  constructor(host: ReactiveControllerHost & HTMLElement, entry: CountryListHost) {
    this.host = host
    this.entry = entry
    host.addController(this)
  }

  hostUpdated(): void {
    if (!this.isOpen) return
    // The page may lock the number, or take the choice or some countries away, while the list is open.
    if (this.offered === this.entry.countries && this.find('button.country:enabled')) return
    this.find('.countries')?.hidePopover()
    this.turn(false)
  }

  hostDisconnected(): void {
    // The browser hides a list that leaves the page, without an event.
    this.turn(false)
  }

  handleEvent(event: Event): void {
    const target = event.target as HTMLElement
    if (event.type === 'beforetoggle') this.turn((event as ToggleEvent).newState === 'open')
    else if (event.type === 'toggle') this.enter()
    else if (event.type === 'input') this.narrow((target as HTMLInputElement).value)
    else if (event.type === 'keydown') this.press(event as KeyboardEvent)
    else if (event.type === 'click') this.choose(target.closest('[role=option]')?.id)
    else if (event.type === 'focusout') this.leave((event as FocusEvent).relatedTarget as Node | null)
    else if (event.type === 'mousedown') {
      // Otherwise the focus would leave the field in which the visitor types, and the button that opens the list would open it
      // again.
      if (!target.matches('.search')) event.preventDefault()
    } else this.place()
  }

  private turn(isOpen: boolean): void {
    if (isOpen === this.isOpen) return
    this.isOpen = isOpen
    this.closed.abort()
    if (isOpen) {
      this.entry.name()
      const { signal } = (this.closed = new AbortController())
      for (const type of ['resize', 'scroll']) visualViewport!.addEventListener(type, this, { signal })
      window.addEventListener('scroll', this, { signal, capture: true })
      const { countries, country } = this.entry
      this.offered = countries
      this.search = countrySearch(countries, this.find('.root')!.lang)
      this.place()
      this.show(countries, countries.indexOf(country!))
    } else {
      if (this.host.shadowRoot!.activeElement?.matches('.search')) this.find('.country')!.focus()
      this.show([], 0)
    }
  }

  /** The list is drawn: before that, nothing in it can have the focus or be scrolled to. */
  private enter(): void {
    this.find('.search')?.focus()
    this.reveal()
  }

  private reveal(): void {
    this.find('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }

  private narrow(typed: string): void {
    this.show(this.search(typed), 0)
  }

  private press(event: KeyboardEvent): void {
    const { found, active } = this
    const { length } = found
    if (isComposed(event)) return
    if (event.key === 'Enter') this.choose(event.repeat ? undefined : found[active]?.code)
    else if (event.key === 'Escape') this.close()
    else if (event.key === 'ArrowDown') this.show(found, (active + 1) % length)
    else if (event.key === 'ArrowUp') this.show(found, (active + length - 1) % length)
    else if (event.key === 'Home') this.show(found, 0)
    else if (event.key === 'End') this.show(found, length - 1)
    else return
    event.preventDefault()
    // The key is not meant for the page's form or dialog.
    event.stopPropagation()
  }

  private choose(code: string | undefined): void {
    if (!code) return
    this.entry.choose(code)
    this.close()
  }

  private close(): void {
    this.find('.countries')!.hidePopover()
  }

  /** A visitor who looks at another window comes back to the list; it closes when the focus goes elsewhere in the page. */
  private leave(to: Node | null): void {
    if (to && this.isOpen && !this.find('.countries')!.contains(to)) this.close()
  }

  private show(found: Country[], active: number): void {
    this.found = found
    this.active = active
    this.host.requestUpdate()
    void this.host.updateComplete.then(() => this.reveal())
  }

  /**
   * Below the field, or above it where there is more room; over it where there is next to none. A phone's keyboard leaves
   * no room below it, which only the visual viewport tells.
   */
  private place(): void {
    const { left, width, top, bottom } = this.find('.field')!.getBoundingClientRect()
    const { offsetTop, height } = visualViewport!
    const end = offsetTop + height
    const [ceiling, floor] = [Math.min(top, end), Math.max(bottom, offsetTop)]
    const [above, below] = [ceiling - offsetTop, end - floor]
    const isBelow = below > above || below > SIZE.height
    const isOver = Math.max(below, above) < SIZE.low
    const broad = Math.max(width, Math.min(SIZE.width, innerWidth - 2 * GAP))
    const room = isOver ? height : isBelow ? below : above
    const { style } = this.find('.countries')!
    // Lengths of a page that is drawn larger (`zoom`) are as many times as long.
    const length = (pixels: number) => `${pixels / (this.host.currentCSSZoom ?? 1)}px`
    style.width = length(broad)
    style.left = length(Math.max(GAP, Math.min(left, innerWidth - broad - GAP)))
    style.top = length(isOver ? offsetTop + GAP : isBelow ? floor + GAP : ceiling - GAP)
    style.translate = isOver || isBelow ? '' : '0 -100%'
    style.maxHeight = length(Math.min(SIZE.height, room - 2 * GAP))
  }

  private find(selector: string): HTMLElement | null {
    return this.host.shadowRoot!.querySelector(selector)
  }
}
