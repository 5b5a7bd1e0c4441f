/** Where the element takes the time from; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after this many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, callback: () => void): () => void
}

/** Waits for this many milliseconds. */
export function passed(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((done) => void clock.after(milliseconds, done))
}

/** The page's own clock. */
export const pageClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** Calls back when the page has nothing else to do, or, where browsers do not say so, soon. */
export const whenIdle: (callback: () => void) => void = globalThis.requestIdleCallback ?? setTimeout

/** Goes on in another task: where browsers know how, before all others but what the visitor does. */
export function nextTask(): Promise<void> {
  // A task that comes from one of the page's own is given up with that; what the element does must not be.
  return (globalThis.scheduler?.yield?.() ?? passed(pageClock, 0)).catch(() => {})
}
