import { setImmediate } from 'node:timers/promises'

/**
 * Gathers those who ask for the same: each is answered by a call of `ask` that begins afterwards, all who come before that
 * by the same one. One call is under way at a time; when none is, the next begins at the end of the turn.
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
