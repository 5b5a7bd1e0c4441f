// Photographs the element's states, light and dark, for the README: docs/contact-sheet.webp.
import './node-version.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { provideBrowser } from './browser.mjs'
import { root, say } from './processes.mjs'
import { end, installPackages } from './setup.mjs'

const FILE = 'docs/contact-sheet.webp'
const WIDTH = 1440

await installPackages()
const { path: executablePath, reason } = await provideBrowser()
if (reason) end(reason)
const { chromium } = await import('playwright-core')
const { serveBundle } = await import('./gallery-server.mjs')

const gallery = await serveBundle()
const isRoot = process.getuid?.() === 0
const browser = await chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
try {
  const page = await browser.newPage({
    viewport: { width: WIDTH, height: 900 },
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  })
  await page.goto(`${gallery.address}/sheet.html`)
  await page.locator('html[data-ready]').waitFor({ state: 'attached' })
  const height = await page.evaluate('document.documentElement.scrollHeight')
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: 82, captureBeyondViewport: true },
    clip: { x: 0, y: 0, width: WIDTH, height, scale: 1 },
  })
  writeFileSync(join(root, FILE), data, 'base64')
  say(`${FILE} is up to date.`)
} finally {
  await browser.close()
  await gallery.stop()
}
