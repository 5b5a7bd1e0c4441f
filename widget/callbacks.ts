/** The page's global functions that an element calls by name, as its `data-…` attributes say. */
const ATTRIBUTES = {
  verified: 'callback',
  expired: 'expiredCallback',
  failed: 'errorCallback',
} as const

/**
 * Calls the global function that `data-callback`, `data-expired-callback` or `data-error-callback` names.
 *
 * Only a page's own global function is called: no path, no expression, nothing inherited, and no function of the browser,
 * which markup that somebody got into the page could have carry the token away. What it throws is reported as an uncaught
 * error and changes nothing here.
 */
export function callNamedFunction(
  element: HTMLElement,
  event: keyof typeof ATTRIBUTES,
  argument?: string,
): void {
  const name = element.dataset[ATTRIBUTES[event]]
  const named: unknown = name && Object.hasOwn(window, name) ? Reflect.get(window, name) : undefined
  // A form or an image may have taken the name (DOM clobbering): those are no functions.
  if (typeof named !== 'function' || isBrowsers(name!, named as () => void)) return
  const callback = named as (...args: string[]) => void
  try {
    callback(...(argument === undefined ? [] : [argument]))
  } catch (error) {
    reportError(error)
  }
}

/** What takes the token somewhere, also where a page has put a function of its own around it, as monitors do. */
const CARRIERS = /^(postMessage|WebSocket|EventSource|eval|fetch|open|set(Interval|Timeout))$/

/** A function that a page has bound is written as the browser's own are, but is called so. */
function isBrowsers(name: string, named: () => void): boolean {
  const isNative = /\[native code\]\s*\}$/.test(Function.prototype.toString.call(named))
  return CARRIERS.test(name) || (isNative && !named.name.startsWith('bound '))
}
