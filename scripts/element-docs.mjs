// Writes the tables of README.md and docs/element.md from what the element's source says of itself (custom-elements.json).
// `--check` only looks whether they are as it would write them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { syncTables, sentence, table } from './doc-tables.mjs'
import { root } from './processes.mjs'

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

syncTables('element', ['README.md', 'docs/element.md'], TABLES, {
  what: 'the element',
  command: 'node scripts/element-docs.mjs',
})
