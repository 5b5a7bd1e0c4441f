import type { StateName } from './state.js'

/**
 * Makes `:state(name)` match instead of the state before.
 *
 * Where the browser does not know that selector, the attribute `data-state` carries the name.
 */
export function showCustomState(element: HTMLElement, internals: ElementInternals, name: StateName): void {
  if (CSS.supports('selector(:state(x))')) {
    if (internals.states.has(name)) return
    internals.states.clear()
    internals.states.add(name)
  } else {
    element.dataset['state'] = name
  }
}
