import { visibleLines } from '../message/visible.js'

/** Where a command writes. */
export interface Terminal {
  /** Takes what goes to the standard output. */
  print: (text: string) => void
  /** Takes what goes to the standard error. */
  warn: (text: string) => void
  /** Called when something is wrong, to set the exit code. */
  fail: () => void
}

/** Prints a command's output. Control characters in what a store or Infobip says do nothing to the operator's terminal. */
export function print(text: string): void {
  console.log(visibleLines(text))
}

/** Prints warnings and errors, with the same care. */
export function warn(text: string): void {
  console.error(visibleLines(text))
}
