import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** The language of the page around an element: the nearest `lang`, shadow roots crossed; follows changes. */
export class PageLanguage implements ReactiveController {
  private readonly observer = new MutationObserver(() => this.host.requestUpdate())

  private readonly host: ReactiveControllerHost & HTMLElement

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.host = host
    host.addController(this)
  }

  /** BCP 47 tag as the page wrote it; empty when the page does not say. */
  get tag(): string {
    for (let node: Element | null = this.host; node; node = hostOf(node)) {
      const marked = node.closest('[lang]')
      if (marked) return marked.getAttribute('lang')!
    }
    return ''
  }

  hostConnected(): void {
    for (let node: Element | null = this.host; node; node = hostOf(node)) {
      this.observer.observe(node.getRootNode(), {
        attributes: true,
        attributeFilter: ['lang'],
        subtree: true,
      })
    }
  }

  hostDisconnected(): void {
    this.observer.disconnect()
  }
}

function hostOf(node: Element): Element | null {
  const root = node.getRootNode()
  return root instanceof ShadowRoot ? root.host : null
}
