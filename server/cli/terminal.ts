import { visibleLines } from '../message/visible.js'

/** Prints a command's output. Control characters in what a store or Infobip says do nothing to the operator's terminal. */
export function print(text: string): void {
  console.log(visibleLines(text))
}

/** Prints warnings and errors, with the same care. */
export function warn(text: string): void {
  console.error(visibleLines(text))
}
