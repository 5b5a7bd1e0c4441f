import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { serveSources } from '../scripts/gallery-server.mjs'
import { freePorts } from './processes/built.js'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

let address: string
beforeAll(async () => {
  const [port] = await freePorts(1)
  const served = await serveSources(port!)
  address = served.address
  return served.stop
})

describe('the gallery from its sources', () => {
  it('has every module that its pages load', async () => {
    const seen = new Set(['/index.html', '/main.ts', '/sheet.html', '/sheet.ts', '/hosts/host.ts'])
    // A set goes on with what is added meanwhile.
    for (const path of seen) {
      const answer = await fetch(address + path)
      expect(answer.status, path).toBe(200)
      const text = await answer.text()
      for (const [, next] of text.matchAll(/(?:from|import\(|import) ?"(\/[^"]+)"/g)) seen.add(next!)
    }
    expect([...seen].some((path) => path.endsWith('/widget/element.ts'))).toBe(true)
    expect(seen.size).toBeGreaterThan(100)
  })

  it('has no other file of the checkout: keys and settings may be among them', async () => {
    for (const file of ['package.json', 'deploy/Caddyfile', 'server/main.ts'])
      for (const query of ['', '?raw', '?import&raw', '?url']) {
        const path = `/@fs/${ROOT.replace(/^\//, '')}${file}${query}`
        expect((await fetch(address + path)).status, path).toBe(403)
      }
  })
})
