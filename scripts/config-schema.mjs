// Writes docs/otp-verify.schema.json, by which editors know what the configuration file may say, and the tables of
// docs/configuration.md. Build first. `--check` only looks whether they are as it would write them.
import { format } from 'prettier'
import { configJsonSchema } from '../dist/server/config/json-schema.js'
import { effectiveLimits } from '../dist/server/config/policy-schema.js'
import { VARIABLES } from '../dist/server/config/variables.js'
import { POLICY } from '../dist/server/site/policy.js'
import { syncFiles, syncTables, sentence, table } from './doc-tables.mjs'

const source = { what: 'the schema of the configuration', command: 'node scripts/config-schema.mjs' }
const schema = configJsonSchema()
const usual = new Map(effectiveLimits(POLICY).map((limit) => [limit.name, limit]))

/** The members of an object, those of objects within it after each. */
function rows({ properties, required = [] }, path = '') {
  return Object.entries(properties).flatMap(([name, member]) => {
    const within = isGroup(member) ? rows(member, `${path}${name}.`) : []
    return [row(path + name, member, required.includes(name)), ...within]
  })
}

/** Whether an object is of members that have names of their own, and not of languages or countries. */
function isGroup({ type, additionalProperties }) {
  return type === 'object' && additionalProperties === false
}

function row(path, member, required) {
  const limit = usual.get(path)
  const byDefault = limit ? limit.value : member.default
  return [
    `\`${path}\``,
    takes(member) + (limit ? `; above ${limit.most} only with \`unsafe\`` : ''),
    byDefault === undefined ? (required ? 'required' : '–') : `\`${JSON.stringify(byDefault)}\``,
    sentence(member.description ?? ''),
  ]
}

/** What a member may hold, in words. */
function takes(member) {
  if (member.anyOf) return member.anyOf.map(takes).join(', or ')
  if (member.enum) return member.enum.map((one) => `\`${one}\``).join(', ')
  switch (member.type) {
    case 'array':
      return `list of ${member.maxItems === undefined ? '' : `at most ${member.maxItems}: `}${takes(member.items)}`
    case 'object':
      return isGroup(member) ? 'object' : `object: name to ${takes(member.additionalProperties)}`
    case 'boolean':
      return '`true`, `false`'
    case 'string':
      return `text${bounds(member.minLength > 1 ? member.minLength : undefined, member.maxLength, ' characters')}`
    case 'integer':
      return `integer${bounds(member.minimum, member.maximum)}`
    default:
      return `number${member.exclusiveMinimum === 0 ? ' above 0' : ''}${bounds(member.minimum, member.maximum)}`
  }
}

function bounds(least, given, unit = '') {
  // Where the schema says nothing, whole numbers end where JavaScript's do.
  const most = given === Number.MAX_SAFE_INTEGER ? undefined : given
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`
  if (least !== undefined) return `, at least ${least}${unit}`
  return most === undefined ? '' : `, at most ${most}${unit}`
}

const TITLES = ['member', 'type', 'default', 'meaning']

syncFiles(
  [
    [
      'docs/otp-verify.schema.json',
      await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 }),
    ],
  ],
  source,
)
syncTables(
  'configuration',
  ['docs/configuration.md'],
  {
    file: () => table(TITLES, rows(configJsonSchema({ alone: true }))),
    site: () => table(TITLES, rows(schema.properties.sites.items)),
    variables: () =>
      table(
        ['variable', 'member'],
        Object.entries(VARIABLES).map(([name, { path }]) => [`\`${name}\``, `\`${path}\``]),
      ),
  },
  source,
)
