import type { EventEmitter } from 'node:events'
import { nameOf } from '../observe/error-name.js'

/**
 * Takes what nobody caught. A promise that was rejected unheard is told and nothing more, for it was one call's; after a
 * thrown error nobody knows what was left half done, so the server ends in order and whoever supervises it starts another.
 * What was under way is in the store.
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
  // A message may have lines that look like frames.
  const frames = (error.stack ?? '').replace(error.message, () => '').split('\n')
  return frames.filter((line) => /^ {4}at /.test(line)).join('\n')
}
