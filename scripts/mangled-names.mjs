import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { root } from './processes.mjs'

/** A name in a declaration of the platform's or of Lit's members, and what follows it there. */
const DECLARED = /^\s*(?:(?:static|readonly|protected|get|set) )*([A-Za-z_$][\w$]*)\??(?=[:(<])/gm

/** Modules of the element, and folders of them, that alone know each other: their types describe no answers, page options or stored data. */
const INNER = [
  ...['changes.ts', 'country.ts', 'countdown.ts', 'flow.ts', 'flow-host.ts', 'numbering.ts', 'state.ts'],
  ...['controllers/', 'render/'],
]

/** In one of those folders, but it knows an option of the platform's. */
const NOT_INNER = ['controllers/web-otp.ts']

/** What the page has the element from. It hands objects to those modules, but what its classes have is the page's too. */
const OUTER = ['attributes.ts', 'element.ts']

/** What Lit's modules say to each other, to its subclasses and to controllers, and has no meaning for a page. */
const OF_LIT =
  '_\\$.*|host(?:Connected|Disconnected|Updated?)|(?:enable|perform|schedule|will)Updat(?:e|ing)|' +
  'addController|create(?:Property|RenderRoot)|element(?:Properties|Styles)|hasUpdated|isUpdatePending|' +
  'renderRoot|useDefault'

/** What the names that the script has shorter look like. */
export function mangled() {
  return new RegExp(`^(?:${mangledNames().join('|')}|${OF_LIT})$`)
}

/**
 * The names of members that only the element's own modules know, so that the script may have shorter ones: private and
 * protected ones, which the compiler keeps everybody else from using, and those of `INNER`. Not where anything else has a
 * member, or says a word, of the same name; a type that picks a member by its name says none.
 */
function mangledNames() {
  const lost = [...INNER, ...NOT_INNER, ...OUTER].find((path) => !existsSync(join(root, 'widget', path)))
  if (lost) throw new Error(`scripts/mangled-names.mjs names widget/${lost}, which is not there.`)
  const names = { hidden: new Set(), known: new Set() }
  for (const file of declarations())
    for (const [, name] of readFileSync(file, 'utf8').matchAll(DECLARED)) names.known.add(name)
  for (const folder of ['widget', 'contract'])
    for (const file of filesIn(join(root, folder), /^(?!test\/).*(?<!\.test)\.ts$/))
      collect(file, relative(join(root, 'widget'), file), names)
  return [...names.hidden].filter((name) => !names.known.has(name)).sort()
}

function declarations() {
  const platform = dirname(fileURLToPath(import.meta.resolve('typescript')))
  const lit = ['lit-html', 'lit-element', '@lit/reactive-element'].flatMap((name) =>
    filesIn(join(root, 'node_modules', name), /^(?!development\/).*\.d\.ts$/),
  )
  return [...filesIn(platform, /^lib\.(?:dom|es).*\.d\.ts$/), ...lit]
}

function filesIn(folder, pattern) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => pattern.test(path))
    .map((path) => join(folder, path))
}

function collect(file, module, { hidden, known }) {
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))

  function visit(node) {
    if (ts.isStringLiteralLike(node) && !picksMember(node.parent)) known.add(node.text)
    else if (isMember(node) && node.name && ts.isIdentifier(node.name)) kindOf(node)?.add(node.name.text)
    ts.forEachChild(node, visit)
  }

  /** Whether a name is to be hidden follows from where it is declared, not from the objects that are made with it. */
  function kindOf(node) {
    const isInner = isAmong(module, INNER) && !isAmong(module, NOT_INNER)
    if (ts.isObjectLiteralExpression(node.parent))
      return isInner || isAmong(module, OUTER) ? undefined : known
    return isInner || isHidden(node) ? hidden : known
  }
}

function isAmong(module, paths) {
  return paths.some((path) => (path.endsWith('/') ? module.startsWith(path) : module === path))
}

function isMember(node) {
  return ts.isClassElement(node) || ts.isTypeElement(node) || ts.isObjectLiteralElement(node)
}

/** Lit gets the name of a member with a decorator. */
function isHidden(node) {
  const flags = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
  return ts.getCombinedModifierFlags(node) & flags && !ts.getDecorators(node)
}

/** As in `View['number']` and `Pick<View, 'number' | 'numberFixed'>`. */
function picksMember(type) {
  if (!ts.isLiteralTypeNode(type)) return false
  const whole = ts.isUnionTypeNode(type.parent) ? type.parent.parent : type.parent
  return (
    ts.isIndexedAccessTypeNode(whole) || (ts.isTypeReferenceNode(whole) && whole.typeName.text === 'Pick')
  )
}
