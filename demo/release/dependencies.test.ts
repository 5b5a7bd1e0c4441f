import { isBuiltin } from 'node:module'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { filesBelow, LOCKED, MANIFEST, read } from './manifest.js'

const { dependencies, devDependencies, peerDependencies, overrides } = MANIFEST
// The operator's page is bundled with what it imports.
const APART = /\.test\.ts$|\/test\/|^server\/operator\/page\//
const SHIPPED = ['contract', 'widget', 'server']
  .flatMap(filesBelow)
  .filter((path) => path.endsWith('.ts') && !APART.test(path))

/** Packages that what ships imports. */
const imported = new Set(
  SHIPPED.flatMap((path) => ts.preProcessFile(read(path), true, true).importedFiles)
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)![0]),
)

/** An override that refers to a dependency fixes the version that some package below has of it. */
const fixed = Object.values(overrides).map((version) => version.replace('$', ''))

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/

describe('every runtime package (SR-J01)', () => {
  it('is imported by what ships, or fixes what another package has of it', () => {
    const idle = Object.keys(dependencies).filter((name) => !imported.has(name) && !fixed.includes(name))
    expect(idle).toEqual([])
  })

  it('is declared by whoever imports it', () => {
    const declared = { ...dependencies, ...peerDependencies }
    expect([...imported].filter((name) => !Object.hasOwn(declared, name))).toEqual([])
  })

  it('is named with its reason in CONTRIBUTING.md', () => {
    const [, reasons = ''] = read('CONTRIBUTING.md').split('## Runtime packages\n')
    const named = [...reasons.split('\n## ')[0]!.matchAll(/^\| (.*?) \| \S.* \|$/gm)].map(
      ([, names]) => names!,
    )
    expect(Object.keys(dependencies).filter((name) => !named.join().includes(`\`${name}\``))).toEqual([])
  })
})

describe('every package (SR-J02)', () => {
  it('is wanted in one version', () => {
    // The types follow the oldest Node that is supported, which is a range.
    const { '@types/node': _, ...tools } = devDependencies
    for (const [name, version] of Object.entries({ ...dependencies, ...tools, ...overrides }))
      expect(version, name).toMatch(version.startsWith('$') ? /^\$[\w@/-]+$/ : EXACT)
  })

  it('is locked with the digest of its content, and so are those of the demos', () => {
    for (const path of [
      'package-lock.json',
      ...filesBelow('demo').filter((path) => path.endsWith('package-lock.json')),
    ]) {
      const { packages } = JSON.parse(read(path)) as { packages: typeof LOCKED }
      const bare = Object.entries(packages).filter(
        ([at, entry]) =>
          at.includes('node_modules/') && !('link' in entry) && !isOurs(at) && !entry.integrity,
      )
      expect([path, bare.map(([at]) => at)]).toEqual([path, []])
    }
  })

  it('has been out for a week, and is installed without its scripts, of which those that ship have none', () => {
    const settings = read('.npmrc').split('\n')
    for (const wanted of ['ignore-scripts=true', 'save-exact=true', 'min-release-age=7'])
      expect(settings).toContain(wanted)
    const scripted = Object.entries(LOCKED).filter(
      ([, entry]) => 'hasInstallScript' in entry && !entry.dev && !entry.devOptional,
    )
    expect(scripted.map(([at]) => at)).toEqual([])
  })
})

it('Hono is one without the known holes in CORS and in addresses (SR-J03)', () => {
  const [major, minor, patch] = LOCKED['node_modules/hono']!.version.split('.').map(Number) as [
    number,
    number,
    number,
  ]
  expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(4_012_025)
})

/** The demos install the checkout itself. */
function isOurs(at: string): boolean {
  return at.endsWith('node_modules/otp-verify')
}
