import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, runNpm, say } from './processes.mjs'

/** Written by every complete build; not part of the published package. */
export const buildStamp = join(root, 'dist/demo/built')

/** What the build reads of the checkout's folder: a change of any of it makes what is built out of date. */
export const SOURCES = [
  'contract',
  'widget',
  'server',
  'demo',
  'bench',
  'scripts',
  'LICENSE',
  'custom-elements-manifest.config.mjs',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
]

/** Installs the packages and builds, each only when it is missing or out of date. Ends the process when it cannot. */
export async function setUp() {
  await installPackages()
  if (isBuilt()) return
  say('Building …')
  if ((await runNode(['scripts/build.mjs'])) !== 0) end('The build failed; see its output above.')
}

/** Installs the packages of package-lock.json, unless they are there. Ends the process when it cannot. */
export async function installPackages() {
  if (!(await provide(root, 'Installing packages (npm ci); this takes a minute …')))
    end('The packages could not be installed; see the output of npm above.')
}

/**
 * Installs the packages of a folder's package-lock.json, unless they are there. `words` are said before.
 *
 * Resolves with whether they are there now.
 */
export async function provide(folder, words) {
  if (isInstalled(folder)) return true
  say(words)
  return (await runNpm(['ci', '--include=dev', '--prefix', folder])) === 0
}

/** Prints the reason and exits with 1. */
export function end(reason) {
  console.error(`\n${reason}`)
  process.exit(1)
}

/**
 * Whether a folder has the packages of its package-lock.json. Compares contents, because git and npm give these two
 * files their times in no particular order.
 */
export function isInstalled(folder) {
  const installed = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(installed)) return false
  const wanted = packagesOf(join(folder, 'package-lock.json'))
  const present = packagesOf(installed)
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.integrity === entry.integrity,
  )
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

function isBuilt() {
  if (!existsSync(buildStamp)) return false
  const built = statSync(buildStamp).mtimeMs
  return SOURCES.every((source) => newestChange(join(root, source)) <= built)
}

/** Folders with packages of their own, installed by tests. */
const BUILT_APART = ['demo/next', 'demo/templates', 'demo/e2e/react/react-18', 'bench/peers'].map((folder) =>
  join(root, folder),
)

/** Folders count as well: their time tells of files that were removed. */
function newestChange(path) {
  if (BUILT_APART.includes(path)) return 0
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}
