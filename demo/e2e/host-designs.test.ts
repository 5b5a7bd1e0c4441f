import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESIGNS } from '../gallery/hosts/designs.js'
import { visitGallery, type GalleryVisit } from './gallery-visit.js'
import { findComplaints } from './legibility.js'

const NUMBER = '2025550123'

let gallery: GalleryVisit

beforeAll(async () => {
  gallery = await visitGallery()
})

afterAll(() => gallery.close())

/** What is wrong on the narrowest phone and on a large screen. */
async function complaintsAt(page: Page): Promise<string[]> {
  const complaints: string[] = []
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await page.evaluate(() => document.getAnimations().forEach((each) => each.finish()))
    complaints.push(...(await page.evaluate(findComplaints)).map((text) => `${width} px: ${text}`))
  }
  return complaints
}

describe.each(DESIGNS)('in the design $name', ({ name }) => {
  it('stays legible, whole and usable by keyboard from the number to the end', async () => {
    const { page } = gallery
    await gallery.open(`/hosts/${name}.html`, { width: 320 })
    const phone = page.locator('otp-verify input[autocomplete=tel]')
    await phone.click()
    await page.keyboard.type(NUMBER)
    expect(await complaintsAt(page)).toEqual([])

    await page.keyboard.press('Tab')
    expect(await complaintsAt(page), 'with the focus on the button').toEqual([])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    const code = page.locator('otp-verify input[autocomplete=one-time-code]')
    await code.waitFor()
    await page.keyboard.type('482')
    expect(await complaintsAt(page)).toEqual([])
    const boxes = await page.locator('otp-verify .box').evaluateAll((all) =>
      all
        .map((box) => ({ left: box.getBoundingClientRect().left, digit: box.textContent.trim() }))
        .sort((a, b) => a.left - b.left)
        .map(({ digit }) => digit || '_'),
    )
    expect(boxes.join('')).toBe('482___')

    await page.keyboard.type('913')
    await page.locator('otp-verify [part=verified]').waitFor()
    expect(await complaintsAt(page)).toEqual([])
    expect(gallery.complaints()).toEqual([])
  })

  it('shows what is wrong', async () => {
    for (const scene of ['cannot-send', 'code-incorrect']) {
      await gallery.open(`/hosts/${name}.html?show=${scene}`, { width: 320 })
      expect(await complaintsAt(gallery.page), scene).toEqual([])
    }
    expect(gallery.complaints()).toEqual([])
  })

  it('is asked for by its own names only', () => {
    const css = readFileSync(new URL(`../gallery/hosts/${name}.css`, import.meta.url), 'utf8')
    expect(css).not.toContain('!important')
    const rules = [...css.matchAll(/otp-verify([^{]*)\{([^}]*)\}/g)]
    expect(rules.length).toBeGreaterThan(0)
    for (const [, rest = '', body = ''] of rules) {
      // Beside its own properties only how wide the tag may be, as of any other.
      if (rest.trim() === '') expect(body.match(/^\s*(?!--otp-|max-inline-size:)[^\s].*:/m), body).toBeNull()
      else expect(rest).toMatch(/^::part\([a-z -]+\)\s*$/)
    }
  })
})
