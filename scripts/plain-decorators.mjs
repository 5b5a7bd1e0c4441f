import ts from 'typescript'

const HELPER = '\0otp-verify-properties'

/** What stands before the name of a property, by what its decorator says beside the attribute's name. */
const MARKS = {
  '': '',
  'attribute: false': '.',
  'type: Boolean': '?',
  'type: Boolean, reflect: true': '!',
  'reflect: true, useDefault: true': '=',
}

/**
 * Tells the script's Lit of the properties of a class, by the names of their attributes and what they are in the beginning,
 * if that is neither empty nor `false`. Lit's decorators are gone.
 */
const SOURCE = `
  export default (element, names) => {
    for (const text of names.split(' ')) {
      const [, mark, attribute, value] = /(\\W?)([^:]*):?(.*)/.exec(text)
      const type = /[?!]/.test(mark) && Boolean
      element.createProperty(attribute.replace(/-./g, (letters) => letters[1].toUpperCase()), {
        attribute: mark !== '.' && attribute,
        type,
        reflect: /[!=]/.test(mark),
        useDefault: mark === '=',
        _$d: mark === '.' ? undefined : !type && value,
      })
    }
  }
  export const property = undefined, state = undefined`

/** Makes one list of the decorators in a class, in place of a call for each of them. */
export function plainDecorators() {
  return {
    name: 'otp-verify-plain-decorators',
    apply: 'build',
    enforce: 'pre',
    resolveId: (name) => (name === HELPER || name === 'lit/decorators.js' ? HELPER : undefined),
    load: (name) => (name === HELPER ? SOURCE : undefined),
    transform: { filter: { id: /\/widget\/.*\.ts$/ }, handler: listed },
  }
}

/** The source of a module with a list for the decorators of its class. */
export function listed(source) {
  const names = []
  const edits = []
  ts.forEachChild(ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true), (node) => {
    if (!ts.isClassDeclaration(node)) return
    for (const member of node.members)
      for (const decorator of ts.getDecorators(member) ?? []) {
        const name = nameOf(member, decorator.expression)
        const value = name.startsWith('.') ? undefined : literalOf(member.initializer)
        names.push(value ? `${name}:${value}` : name)
        edits.push({ start: decorator.getStart(), end: decorator.end, text: '' })
        if (value !== undefined)
          edits.push({ start: (member.type ?? member.name).end, end: member.initializer.end, text: '' })
      }
    const start = node.members.pos
    if (names.length)
      edits.push({ start, end: start, text: `static { properties(this, '${names.join(' ')}') }` })
  })
  if (!names.length) return undefined
  const text = edits
    .sort((a, b) => b.start - a.start)
    .reduce((rest, { start, end, text }) => rest.slice(0, start) + text + rest.slice(end), source)
  return `import properties from '${HELPER.replace('\0', '\\0')}'\n${text}`
}

/** What a property is in the beginning, as the list says it; `undefined` where the constructor has to say so. */
function literalOf(initializer) {
  if (initializer?.kind === ts.SyntaxKind.FalseKeyword) return ''
  return initializer && ts.isStringLiteral(initializer) && !/[\s:]/.test(initializer.text)
    ? initializer.text
    : undefined
}

/** A property in the list. */
function nameOf({ name: { text: member }, initializer }, call) {
  const attribute = member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const said = (call.arguments[0]?.properties ?? []).map((property) => property.getText())
  if (call.expression.text === 'state') said.push('attribute: false')
  const options = said.filter((text) => text !== `attribute: '${attribute}'`)
  const mark = MARKS[options.join(', ')]
  const isNamed = attribute === member || mark === '.' || options.length < said.length
  if (mark === undefined || !isNamed || (mark !== '.' && !initializer))
    throw new Error(`The script cannot have ${member} as a property: ${call.getText()}`)
  return mark + attribute
}
