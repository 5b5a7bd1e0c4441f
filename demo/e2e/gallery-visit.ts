import type { Page } from 'playwright-core'
import { serveBundle } from '../../scripts/gallery-server.mjs'
import { launchBrowser } from './visit.js'

/** The gallery, bundled, and a browser to look at it with. */
export interface GalleryVisit {
  page: Page
  /** Goes to one of its pages and waits until every scene there has been played. */
  open(path: string, size: { width: number; height?: number }): Promise<void>
  /** Errors and warnings on the console, and uncaught exceptions, since the last call. */
  complaints(): string[]
  close(): Promise<void>
}

/** Starts both. */
export async function visitGallery(): Promise<GalleryVisit> {
  const [gallery, browser] = await Promise.all([serveBundle(), launchBrowser()])
  const page = await browser.newPage({ reducedMotion: 'reduce' })
  let complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return {
    page,
    async open(path, { width, height = 800 }) {
      await page.setViewportSize({ width, height })
      await page.goto(gallery.address + path)
      await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 60_000 })
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
