import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { LOCKED, MANIFEST, ROOT } from './manifest.js'

interface Component {
  name: string
  version: string
  hashes: { alg: string; content: string }[]
  licenses?: object[]
}

it('the bill of materials names every runtime package with version, digest and licence, and no tool of ours (SR-J07: of the package)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-sbom-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'sbom.json')
  execFileSync(process.execPath, ['scripts/sbom.mjs', file], { cwd: ROOT, stdio: 'ignore' })
  const bill = JSON.parse(readFileSync(file, 'utf8')) as {
    bomFormat: string
    metadata: { component: Component }
    components: Component[]
  }
  expect(bill.bomFormat).toBe('CycloneDX')
  expect(bill.metadata.component).toMatchObject({ name: 'otp-verify', version: MANIFEST.version })
  const versions = new Map(bill.components.map(({ name, version }) => [name, version]))
  for (const [name, version] of Object.entries(MANIFEST.dependencies))
    expect([name, versions.get(name)]).toEqual([name, version])
  expect(Object.keys(MANIFEST.devDependencies).filter((name) => versions.has(name))).toEqual([])
  for (const { name, version, hashes, licenses } of bill.components) {
    const digests = Object.values(LOCKED)
      .filter((entry) => entry.version === version && entry.integrity)
      .map(({ integrity }) => Buffer.from(integrity!.replace('sha512-', ''), 'base64').toString('hex'))
    expect(digests, name).toContain(hashes.find(({ alg }) => alg === 'SHA-512')?.content)
    expect(licenses?.length, name).toBeGreaterThan(0)
  }
})
