import type { KeySource } from '../token/key-ring.js'
import { conceal } from './conceal.js'
import { holdsKeys } from './secrets.js'

/**
 * Where the signing keys are: in the file that was configured, or in the value itself. Files of variables may leave quotes
 * around it.
 */
export function keySource(configured: string): KeySource {
  const text = /^(['"])(.*)\1$/s.exec(configured)?.[2] ?? configured
  if (!holdsKeys(text)) return { file: text }
  // Where variables hold one line, PEM comes with its newlines written as `\n`.
  return conceal({ text: text.replaceAll('\\n', '\n') }, 'text')
}
