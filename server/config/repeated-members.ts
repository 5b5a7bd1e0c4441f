import { visit } from 'jsonc-parser'

/**
 * Paths, such as `sites.0.dailyBudget`, of the members that a JSON text has more than once. `JSON.parse` would silently take the
 * last of each.
 */
export function repeatedMembers(text: string): string[] {
  const seen = new Set<string>()
  const repeated = new Map<string, string>()
  visit(text, {
    onObjectProperty(name, _offset, _length, _line, _character, pathOfHolder) {
      const path = [...pathOfHolder(), name]
      const key = JSON.stringify(path)
      if (seen.has(key)) repeated.set(key, path.join('.'))
      seen.add(key)
    },
  })
  return [...repeated.values()]
}
