import type { z } from 'zod'
import { settingsAt } from './json-schema.js'
import { valueAt, type RawConfig } from './sources.js'
import { meant, meantByVariable } from './variables.js'

/** Says what is wrong with values, by the names under which they were set. The values themselves are not repeated. */
export function issuesOf(error: z.ZodError, raw: RawConfig): string[] {
  const known = new Set(raw.mistakes.map(({ path }) => path))
  return error.issues
    .filter(({ path }) => !known.has(path.join('.')))
    .flatMap((issue) => (issue.code === 'unrecognized_keys' ? unknownNames(issue) : [sentence(issue, raw)]))
}

function unknownNames({ path, keys }: z.core.$ZodIssueUnrecognizedKeys): string[] {
  const settings = settingsAt(path)
  return keys.map((key) => {
    const guess = meant(key, settings) || meantByVariable(key, path)
    return `${[...path, key].join('.')}: is not a setting${guess || '.'}`
  })
}

function sentence(issue: z.core.$ZodIssue, raw: RawConfig): string {
  // A path into a list is reported as the list: a variable sets it as a whole.
  const list = issue.path.slice(0, issue.path.findLastIndex((part) => typeof part === 'string') + 1).join('.')
  const missing = issue.code === 'invalid_type' && valueAt(raw.values, issue.path) === undefined
  return `${raw.nameOf(list)}: ${missing ? 'is missing.' : lowerFirst(issue.message)}`
}

/** Lowers the first letter of a sentence, unless it begins with a code such as `HRX`. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())
}
