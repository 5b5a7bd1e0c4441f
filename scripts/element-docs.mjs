// Writes the tables of README.md and docs/element.md from what the element's source says of itself (custom-elements.json).
// `--check` only looks whether they are as it would write them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root, say } from './processes.mjs'
import { end } from './setup.mjs'

const { modules } = JSON.parse(readFileSync(join(root, 'dist/custom-elements.json'), 'utf8'))
const element = modules
  .flatMap(({ declarations }) => declarations)
  .find(({ tagName }) => tagName === 'otp-verify')
const attributed = new Set(element.attributes.map(({ fieldName }) => fieldName))
const described = ({ description }) => description !== undefined

const TABLES = {
  attributes: () => table(['attribute', 'does'], element.attributes.map(row)),
  events: () => table(['event', 'when'], element.events.map(row)),
  properties: () =>
    table(
      ['property', 'is'],
      element.members
        .filter(({ kind, name }) => kind === 'field' && !attributed.has(name))
        .filter(described)
        .map(row),
    ),
  methods: () =>
    table(
      ['method', 'does'],
      element.members
        .filter(({ kind }) => kind === 'method')
        .filter(described)
        .map(({ name, ...rest }) => row({ name: `${name}()`, ...rest })),
    ),
  slots: () => table(['slot', 'holds'], element.slots.map(row)),
  parts: () => table(['part', 'is'], element.cssParts.map(row)),
  states: () =>
    table(
      ['state', 'while'],
      element.cssStates.map(({ name, description }) => row({ name: `:state(${name})`, description })),
    ),
  'custom properties': () =>
    table(
      ['property', 'default', 'is'],
      element.cssProperties.map(({ name, default: value, description }) => [
        `\`${name}\``,
        `\`${value}\``,
        sentence(description),
      ]),
    ),
}

function row({ name, description = '' }) {
  return [`\`${name}\``, sentence(description)]
}

/** As part of a table: on one line, without a full stop. */
function sentence(text) {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}

function table(titles, rows) {
  return [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Puts the tables between the marks that name them. */
function filled(text) {
  return text.replace(/(<!-- element: (.+?) -->\n)[^]*?(<!-- \/element -->)/g, (whole, from, name, to) => {
    const make = TABLES[name]
    if (!make) end(`There is no table "${name}"; there are ${Object.keys(TABLES).join(', ')}.`)
    return `${from}\n${make()}\n\n${to}`
  })
}

const stale = ['README.md', 'docs/element.md'].filter((name) => {
  const path = join(root, name)
  const text = readFileSync(path, 'utf8')
  const wanted = filled(text)
  if (wanted !== text && !process.argv.includes('--check')) writeFileSync(path, wanted)
  return wanted !== text
})
if (process.argv.includes('--check') && stale.length > 0) {
  end(
    `${stale.join(' and ')}: the element says something else of itself now. Run node scripts/element-docs.mjs.`,
  )
}
say(
  stale.length > 0
    ? `Wrote ${stale.join(' and ')}.`
    : 'README.md and docs/element.md say what the element does.',
)
