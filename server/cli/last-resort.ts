import type { EventEmitter } from 'node:events'
import { nameOf } from '../observe/error-name.js'

/**
 * Handles uncaught errors. An unhandled rejection is only logged, since it concerned one call. After an uncaught exception the
 * state is unknown, so the server shuts down in order and its supervisor starts another. What was under way is in the store.
 *
 * @param print takes a text for the operator: the error's name and where it was thrown, and nothing of its message, which
 * may hold anything.
 */
export function lastResort(process: EventEmitter, print: (text: string) => void, end: () => void): void {
  process.on('uncaughtException', (error: unknown, origin: string) => {
    print(`Uncaught (${origin}): ${nameOf(error)}\n${framesOf(error)}`)
    if (origin !== 'unhandledRejection') end()
  })
}

function framesOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // A message may have lines that look like stack frames.
  const frames = (error.stack ?? '').replace(error.message, () => '').split('\n')
  return frames.filter((line) => /^ {4}at /.test(line)).join('\n')
}
