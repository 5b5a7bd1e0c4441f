import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lean } from './lean-lit.mjs'
import { CUTS } from './lit-cuts.mjs'
import { root } from './processes.mjs'

/** What is imported by name beside the element, by Lit's decorators and by what the tests come from, and never used. */
const UNUSED = {
  '@lit/reactive-element/reactive-element.js': ['defaultConverter', 'notEqual'],
  'lit-element/lit-element.js': ['_$LE'],
  'lit-html/lit-html.js': ['_$LH', 'mathml', 'noChange', 'svg'],
}

/** Has the element's tests run with Lit as it is in the script. */
export function servedLit() {
  return {
    name: 'otp-verify-served-lit',
    serve({ path }) {
      // Packages that are linked into the checkout have longer paths.
      const file = Object.keys(CUTS).find((name) => path.endsWith(`/node_modules/${name}`))
      if (!file) return undefined
      const place = join(root, 'node_modules', file)
      const unused = (UNUSED[file] ?? []).map((name) => `export const ${name} = {}\n`)
      return { body: `${lean(readFileSync(place, 'utf8'), place)}\n${unused.join('')}`, type: 'js' }
    },
  }
}
