import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SWITCHES } from './behaviour.js'
import { faultSchema, OPERATIONS } from './faults.js'

const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8')

/** The rows of the table between two marker comments, without its head. */
function rows(marker: string): string[] {
  const [, table] = new RegExp(`<!-- ${marker} -->\\n([^]*?)\\n<!-- /${marker} -->`).exec(page)!
  return table!
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.replace(/ +/g, ' '))
}

describe('docs/sandbox.md', () => {
  it('has a row for every switch, with its values, default first, and what is unknown', () => {
    expect(rows('switches')).toEqual(
      Object.entries(SWITCHES).map(([name, { values, unknown }]) => {
        const [first, ...others] = values.map((value) => `\`${value}\``)
        return `| \`${name}\` | ${[`**${first}**`, ...others].join(', ')} | ${unknown} |`
      }),
    )
  })

  it('has a row for every kind of fault, naming its members', () => {
    const everywhere = ['kind', 'operation', 'times', 'to', 'after']
    const expected = faultSchema.options.map(({ shape }) => [
      [...shape.kind.values][0],
      Object.keys(shape).filter((member) => !everywhere.includes(member)),
    ])
    const documented = rows('faults').map((row) => {
      const [, kind, members] = row.split('|')
      return [kind!.replaceAll('`', '').trim(), [...members!.matchAll(/`(\w+)`/g)].map(([, name]) => name)]
    })
    expect(documented).toEqual(expected)
  })

  it('names every operation', () => {
    for (const operation of OPERATIONS) expect(page).toContain(`\`${operation}\``)
  })
})
