/** The page's global functions that an element calls by name, as its `data-…` attributes say. */
const ATTRIBUTES = {
  verified: 'callback',
  expired: 'expiredCallback',
  failed: 'errorCallback',
} as const

/**
 * Calls the global function that `data-callback`, `data-expired-callback` or `data-error-callback` names.
 *
 * Only a page's own global function is called: no path, no expression, nothing inherited, and no function of the browser's, with
 * which injected markup could carry the token away. What it throws is reported as an uncaught error and changes nothing here.
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

/** Functions that could carry the token away, even where a page has wrapped them in its own, as monitors do. */
const CARRIERS = /^(postMessage|WebSocket|EventSource|eval|fetch|open|set(Interval|Timeout))$/

/** A function that a page has bound looks like the browser's own in source, but its name begins with "bound". */
function isBrowsers(name: string, named: () => void): boolean {
  const isNative = /\[native code\]\s*\}$/.test(Function.prototype.toString.call(named))
  return CARRIERS.test(name) || (isNative && !named.name.startsWith('bound '))
}
