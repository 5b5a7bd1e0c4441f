import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './processes.mjs'

/** What the bundler itself writes: which packages are in its files. */
const LICENSES = 'licenses.json'

const INTRODUCTION = `# Licences

The files beside this one contain these packages, under the licence of each.`

/** Puts `licenses.md` beside what is bundled: the licences of most packages ask to go wherever their code goes. */
export function licensesBeside() {
  return {
    name: 'otp-verify-licenses',
    apply: 'build',
    config: () => ({ build: { license: { fileName: LICENSES } } }),
    writeBundle({ dir }) {
      const list = join(dir, LICENSES)
      writeFileSync(join(dir, 'licenses.md'), licensesOf(readJson(list)))
      rmSync(list)
    },
  }
}

/**
 * The licences of what was bundled, for people. If a package ships no licence text, it is taken from its README; for MIT, from
 * the standard text.
 *
 * @param packages what the bundler knows of each: `name`, `version`, `identifier` and perhaps `text`.
 * @throws Error for a package whose licence has no text: to bundle it would break its terms.
 */
function licensesOf(packages) {
  const entries = packages.map(({ name, version, identifier, text }) => {
    const terms = text || textInReadme(name) || (identifier === 'MIT' && mitTextOf(name))
    if (!terms) throw new Error(`${name} is bundled, and nothing says on which terms.`)
    return `## ${name} ${version} (${identifier})\n\n${terms.trim()}`
  })
  return `${[INTRODUCTION, ...entries].join('\n\n')}\n`
}

function textInReadme(name) {
  const folder = join(root, 'node_modules', name)
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file))
  if (!readme) return undefined
  return /\(The MIT License\)\s+Copyright[^]+?DEALINGS IN THE\s+SOFTWARE\./.exec(
    readFileSync(join(folder, readme), 'utf8'),
  )?.[0]
}

/** The text of this package's own licence, in the name of the other's authors. */
function mitTextOf(name) {
  const { author = `the authors of ${name}` } = readJson(join(root, 'node_modules', name, 'package.json'))
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${typeof author === 'string' ? author : author.name}`)
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
