import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readOperatorPage } from '../server/assembly/operator-page.js'
import { readWidget } from '../server/assembly/widget-script.js'
import { MANIFEST, ROOT } from './release/manifest.js'

/** The terms of every package that is in the files of a folder, by the packages' names. */
async function termsIn(folder: string): Promise<Map<string, string>> {
  const [, ...entries] = (await readFile(join(ROOT, 'dist', folder, 'licenses.md'), 'utf8')).split(/^## /m)
  const terms = entries.map(async (entry) => {
    const title = entry.slice(0, entry.indexOf('\n'))
    const known = /^(\S+) (\S+) \((?:MIT|Apache-2\.0|BSD-3-Clause|Unlicense)\)$/.exec(title)
    const [, name, version] = known ?? [title]
    const installed = await readFile(join(ROOT, `node_modules/${name}/package.json`), 'utf8')
    expect(JSON.parse(installed)).toMatchObject({ name, version })
    expect(entry).toMatch(/Copyright|Apache License|public domain/)
    expect(entry.length).toBeGreaterThan(400)
    return [name!, entry] as const
  })
  return new Map(await Promise.all(terms))
}

it('the executable tells the terms of every package that is in it', async () => {
  const named = [...(await termsIn('bin')).keys()]
  expect(named).toEqual(expect.arrayContaining(['hono', 'jose', 'pino', 'undici', 'zod', 'ioredis']))
  for (const outside of ['libsql', 'lit']) {
    expect(MANIFEST.dependencies).toHaveProperty(outside)
    expect(named).not.toContain(outside)
  }
})

it('beside the script, and beside the operator’s page, are the terms of what is in them', async () => {
  const ofScript = await termsIn('script')
  const lit = ['@lit/reactive-element', 'lit', 'lit-element', 'lit-html']
  expect([...ofScript.keys()].sort()).toEqual(lit)
  for (const terms of ofScript.values()) expect(terms).toContain('Redistributions in binary form')
  expect([...(await termsIn('operator')).keys()].sort()).toEqual([...lit, 'uplot'])
})

it('a server serves the script and the page, and not the terms beside them', async () => {
  const script = await readWidget(() => {})
  const page = await readOperatorPage()
  const served = [...script!.locales.keys(), ...page!.assets.keys()]
  expect(served.filter((name) => name.includes('licenses'))).toEqual([])
})
