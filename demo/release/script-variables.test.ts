import { expect, it } from 'vitest'
import { PAGES } from './documented-commands.js'
import { filesBelow, read } from './manifest.js'

it('each variable by which a port or a browser is chosen for the scripts and demos is on a page', () => {
  const sources = [...filesBelow('scripts'), ...filesBelow('demo/html')].map(read).join('\n')
  const names = new Set(sources.match(/\b[A-Z_]+_(PORT|PATH)\b/g))
  expect([...names]).toEqual(expect.arrayContaining(['DEMO_PORT', 'CHROME_PATH']))
  const pages = PAGES.map(read).join('\n')
  expect([...names].filter((name) => !pages.includes(name))).toEqual([])
})
