// Tables of a document that are written by a program, between `<!-- KIND: NAME -->` and `<!-- /KIND -->`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root, say } from './processes.mjs'
import { end } from './setup.mjs'

/** Rows of cells as Markdown. */
export function table(titles, rows) {
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A sentence as part of a table: on one line, without a full stop. */
export function sentence(text) {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}

/**
 * Writes the tables of some documents; with `--check` it only looks whether they are as it would write them.
 *
 * @param tables makes each, by its name.
 * @param source what they tell of, and the command that writes them.
 */
export function syncTables(kind, documents, tables, source) {
  const met = new Set()
  const filled = (text) =>
    text.replace(
      new RegExp(`(<!-- ${kind}: (.+?) -->\\n)[^]*?(<!-- /${kind} -->)`, 'g'),
      (whole, from, name, to) => {
        const make = tables[name]
        if (!make) end(`There is no table "${name}"; there are ${Object.keys(tables).join(', ')}.`)
        met.add(name)
        return `${from}\n${make()}\n\n${to}`
      },
    )
  const files = documents.map((name) => [name, filled(readFileSync(join(root, name), 'utf8'))])
  const lost = Object.keys(tables).filter((name) => !met.has(name))
  if (lost.length > 0) end(`${documents.join(' and ')}: no place is marked for ${lost.join(', ')}.`)
  syncFiles(files, source)
}

/** The same for whole files, given with what they should hold. */
export function syncFiles(files, { what, command }) {
  const checks = process.argv.includes('--check')
  const stale = files.filter(([name, wanted]) => {
    const path = join(root, name)
    if (readFileSync(path, 'utf8') === wanted) return false
    if (!checks) writeFileSync(path, wanted)
    return true
  })
  const names = (some) => some.map(([name]) => name).join(' and ')
  if (checks && stale.length > 0) end(`${names(stale)}: ${what} says something else now. Run ${command}.`)
  say(stale.length > 0 ? `Wrote ${names(stale)}.` : `${names(files)}: as ${what} says.`)
}
