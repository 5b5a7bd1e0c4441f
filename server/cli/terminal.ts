import { visibleLines } from '../message/visible.js'

/** Prints what a command was asked for. What a store or Infobip says in it does nothing to the operator's terminal. */
export function print(text: string): void {
  console.log(visibleLines(text))
}

/** The same, for warnings and for what went wrong. */
export function warn(text: string): void {
  console.error(visibleLines(text))
}
