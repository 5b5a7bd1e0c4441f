import { setImmediate } from 'node:timers/promises'

/**
 * Coalesces concurrent requests: those that arrive while an `ask` is in flight share the next one. When none is in flight, the
 * next begins at the end of the turn.
 */
export function gathering<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> | undefined
  let next: Promise<T> | undefined

  function begin(): Promise<T> {
    next = undefined
    const asked = ask()
    const ended = () => {
      if (underWay === asked) underWay = undefined
    }
    underWay = asked
    void asked.then(ended, ended)
    return asked
  }

  return () => (next ??= (underWay ?? setImmediate()).then(begin, begin))
}
