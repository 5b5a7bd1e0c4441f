import type { z } from 'zod'
import type { RawConfig } from './sources.js'

/** Says what is wrong with a value, by the name under which it was said. The value itself is not repeated. */
export function describe(raw: RawConfig) {
  return function describeIssue(issue: z.core.$ZodIssue): string {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      return `${[path, ...issue.keys].filter(Boolean).join('.')}: there is no such setting.`
    }
    // A path into a list is the list's business: a variable names it as a whole.
    const list = issue.path
      .slice(0, issue.path.findLastIndex((part) => typeof part === 'string') + 1)
      .join('.')
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    return `${raw.nameOf(list)}: ${missing ? 'is missing.' : lowerFirst(issue.message)}`
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
