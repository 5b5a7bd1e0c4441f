import { createHash } from 'node:crypto'
import ts from 'typescript'
import { CUTS } from './lit-cuts.mjs'
import { misread } from './lit-markup.mjs'
import { piecesOf } from './tight-templates.mjs'

/** What Lit would do for a class, and does not do in the script. */
const CUT_MEMBERS =
  /\b(?:addInitializer|converter|finalizeStyles|firstUpdated|getUpdateComplete|hasChanged|hasUpdated|noAccessor|removeController|shouldUpdate|super\.(?:updated|willUpdate)|type: (?!Boolean)[A-Z]\w+ ?[,}])/

/**
 * Leaves out of the script what Lit has for elements of every kind and this one does not use. The modules on npm, and the
 * element's tests, have Lit as it is.
 */
export function leanLit() {
  return {
    name: 'otp-verify-lean-lit',
    apply: 'build',
    enforce: 'pre',
    resolveId(name) {
      if (/^lit\/(?!decorators\.js$)/.test(name)) throw new Error(`The script has a Lit without ${name}.`)
    },
    transform: {
      filter: { id: /\/(?:node_modules\/.*lit.*\.js|widget\/.*\.ts)$/ },
      handler: (source, id) => (/\/widget\//.test(id) ? checkUse(source, id) : lean(source, id)),
    },
  }
}

/**
 * A file of Lit without what is cut out of it.
 *
 * @throws Error when it is not the very file that the cuts were made for
 */
export function lean(source, id) {
  const file = Object.keys(CUTS).find((name) => id.endsWith(`/node_modules/${name}`))
  if (!file) return undefined
  const { hash, cuts } = CUTS[file]
  const found = createHash('sha256').update(source).digest('hex')
  if (found !== hash) throw new Error(`${file} has changed: go through scripts/lit-cuts.mjs. It is ${found}.`)
  return cuts.reduce((text, [from, to]) => replaceOnce(text, from, to, file), source)
}

/** @throws Error when a module of the element uses what the script's Lit does not have */
export function checkUse(source, id) {
  let used = CUT_MEMBERS.exec(source)?.[0]
  visit(ts.createSourceFile(id, source, ts.ScriptTarget.Latest, true))
  if (used) throw new Error(`${id}: the script has a Lit without what this needs: ${used}`)

  function visit(node) {
    if (ts.isTaggedTemplateExpression(node) && node.tag.text === 'html')
      used ??= misread(piecesOf(node.template).map(({ start, end }) => source.slice(start, end)))
    ts.forEachChild(node, visit)
  }
}

/** @param from as it stands there; `…` matches as little as possible */
function replaceOnce(text, from, to, file) {
  const parts = from.split('…').map((part) => part.replace(/[^\w\s]/g, '\\$&'))
  const pattern = new RegExp(parts.join('[^]*?'), 'g')
  if (text.match(pattern)?.length !== 1) throw new Error(`${file} does not have once: ${from}`)
  return text.replace(pattern, () => to)
}
