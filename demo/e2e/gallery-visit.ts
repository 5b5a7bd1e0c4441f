import type { Page } from 'playwright-core'
import { serveBundle } from '../../scripts/gallery-server.mjs'
import { launchBrowser } from './visit.js'

/** The gallery, bundled, and a browser to look at it with. */
export interface GalleryVisit {
  /** Opens one of its pages and waits until every scene there has been played. */
  open(path: string, size: { width: number; height?: number }): Promise<Page>
  /** Errors and warnings on the console, and uncaught exceptions, of all pages since the last call. */
  complaints(): string[]
  close(): Promise<void>
}

/** Starts both. */
export async function visitGallery(): Promise<GalleryVisit> {
  const [gallery, browser] = await Promise.all([serveBundle(), launchBrowser()])
  const context = await browser.newContext()
  let complaints: string[] = []
  return {
    async open(path, { width, height = 800 }) {
      const page = await context.newPage()
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.setViewportSize({ width, height })
      await page.goto(gallery.address + path)
      await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 20_000 })
      return page
    },
    complaints() {
      const all = complaints
      complaints = []
      return all
    },
    async close() {
      await browser.close()
      await gallery.stop()
    },
  }
}
