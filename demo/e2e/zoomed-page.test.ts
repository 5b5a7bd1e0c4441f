import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playServer, type PlayedPage } from './played-server.js'
import { showState, STATES } from './states.js'
import { launchBrowser } from './visit.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Those that differ in what they are drawn with. */
const MAIN = ['number', 'number, disabled', 'number refused', 'code wrong', 'verified', 'token expired']

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** Whatever is wrong in any state. */
async function inspect(
  played: PlayedPage,
  lang: string,
  look: () => Promise<string[]>,
  states = Object.keys(STATES),
): Promise<string[]> {
  const findings: string[] = []
  for (const state of states) {
    await showState(played, state, lang)
    findings.push(...(await look()).map((finding) => `${state}: ${finding}`))
  }
  return findings
}

describe('every state of the element', () => {
  it.each(['en', 'ar'])(
    'is all there on a screen of 1280 by 1024 at fourfold zoom, where nothing may move (%s)',
    async (lang) => {
      const viewport = { width: 320, height: 256 }
      const played = await playServer(browser, { viewport, deviceScaleFactor: 4, reducedMotion: 'reduce' })
      expect(await inspect(played, lang, () => played.page.evaluate(misfits))).toEqual([])
      await played.page.context().close()
    },
  )

  it('has nothing axe objects to where the visitor’s colours are forced', async () => {
    const played = await playServer(browser, { forcedColors: 'active', colorScheme: 'dark' })
    const look = async () => {
      await played.page.evaluate(AXE)
      let done = false
      const found = played.page.evaluate(forcedMisfits).finally(() => (done = true))
      // axe waits by the page's clock, which stands still.
      while (!done) await played.page.clock.runFor(10)
      return found
    }
    expect(await inspect(played, 'en', look, MAIN)).toEqual([])
    await played.page.context().close()
  })

  it('moves where the visitor has nothing against it, so that the above says something', async () => {
    const played = await playServer(browser, { reducedMotion: 'no-preference' })
    await showState(played, 'checking')
    expect(await played.page.evaluate(misfits)).toEqual(expect.arrayContaining(['moves: turn']))
    await played.page.context().close()
  })
})

/**
 * Runs in the page, which has axe. It reads of some texts the colour that they would have otherwise, so whether they have
 * one of the visitor's is looked at here.
 */
async function forcedMisfits(): Promise<string[]> {
  const { axe } = window as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } }
  const { violations } = await axe.run({ rules: { 'color-contrast': { enabled: false } } })
  const probe = document.body.appendChild(document.createElement('p'))
  const visitors = ['CanvasText', 'ButtonText', 'GrayText', 'LinkText'].map((name) => {
    probe.style.color = name
    return getComputedStyle(probe).color
  })
  probe.remove()
  const element = document.querySelector('otp-verify')!
  const texts = [...element.shadowRoot!.querySelectorAll('button, span, .message'), ...element.children]
  return [
    ...violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join()).join()}`),
    ...texts
      .filter((text) => text.checkVisibility() && !visitors.includes(getComputedStyle(text).color))
      .map((text) => `${getComputedStyle(text).color}: ${text.outerHTML}`),
  ]
}

/** Runs in the page: what is wider than the screen, too small to hit or to read, moves, or is in the wrong order. */
function misfits(): string[] {
  const element = document.querySelector('otp-verify')!
  const root = element.shadowRoot!
  const found: string[] = []
  const isShown = (node: Element) => node.checkVisibility({ visibilityProperty: true })
  const wide = document.documentElement.scrollWidth - innerWidth
  if (wide > 0) found.push(`${wide} px wider than the screen`)
  for (const target of [...root.querySelectorAll('button, select'), ...element.querySelectorAll('input')]) {
    if (!isShown(target)) continue
    const { width, height } = target.getBoundingClientRect()
    if (Math.min(width, height) < 24) found.push(`${width} by ${height} px: ${target.outerHTML}`)
  }
  for (const input of [...root.querySelectorAll('select'), ...element.querySelectorAll('input')]) {
    const size = Number.parseFloat(getComputedStyle(input).fontSize)
    if (isShown(input) && size < 16) found.push(`a font of ${size} px: ${input.outerHTML}`)
  }
  for (const animation of root.getAnimations()) {
    if (animation instanceof CSSAnimation) found.push(`moves: ${animation.animationName}`)
  }
  for (const part of root.querySelectorAll('.field, .code, .digits')) {
    if (getComputedStyle(part).direction !== 'ltr') found.push(`from right to left: ${part.className}`)
  }
  const boxes = [...root.querySelectorAll('.box')].map((box) => box.getBoundingClientRect().left)
  if (boxes.some((left, index) => left < (boxes[index - 1] ?? 0))) found.push('boxes from right to left')
  for (const part of root.querySelectorAll('.row')) {
    // What is counted or shortened stands in an isolate of its own, or a sentence would turn it round.
    const digits = part.textContent.replace(/\u2066[^\u2069]*\u2069/g, '').match(/\d/)
    if (digits) found.push(`digits without an isolate: ${part.textContent.trim()}`)
  }
  return found
}
