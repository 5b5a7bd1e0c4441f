import { expect } from '@open-wc/testing'
import { answer, manyCountries, site } from './test/fake-server.js'
import { mount, resizePage, type Harness } from './test/harness.js'

function mountMany(attributes: string): Promise<Harness> {
  return mount(attributes, { before: () => answer('/v1/sites', { json: site(manyCountries()) }) })
}

describe('the place of the list of countries of <otp-verify>', () => {
  it('is in front of what would cut it off, beside the field and within the window', async () => {
    await resizePage(400, 700)
    const page = await mountMany('style="position: absolute; inset-block-end: 0"')
    const { parentElement } = page.element
    parentElement!.style.cssText =
      'overflow: hidden; block-size: 60px; position: relative; margin-block-start: 560px'
    await page.openList()
    const field = page.shadow.querySelector('.field')!.getBoundingClientRect()
    const list = page.shadow.querySelector('.countries')!.getBoundingClientRect()
    expect(list.bottom).to.be.at.most(field.top)
    expect(list.top).to.be.at.least(0)
    const row = page.shadow.querySelector('[aria-selected=true]')!.getBoundingClientRect()
    expect(page.shadow.elementFromPoint(row.x + 20, row.y + 5)!.closest('[role=option]')).to.exist
    await resizePage(1280, 720)
  })

  it('is within what a phone’s keyboard leaves to be seen', async () => {
    const page = await mountMany('style="display: block; margin-block-start: 200px"')
    const field = page.shadow.querySelector('.field')!.getBoundingClientRect()
    const seen = Object.assign(new EventTarget(), { offsetTop: 0, height: innerHeight })
    const own = Object.getOwnPropertyDescriptor(window, 'visualViewport')!
    Object.defineProperty(window, 'visualViewport', { ...own, get: () => seen })
    try {
      await page.openList()
      const place = () => page.shadow.querySelector('.countries')!.getBoundingClientRect()
      expect(place().top).to.be.above(field.bottom)
      expect(place().height).to.equal(360)
      // The keyboard comes, and there is more room below the field than above it.
      seen.height = field.bottom + 280
      seen.dispatchEvent(new Event('resize'))
      expect([place().top, place().bottom]).to.deep.equal([field.bottom + 6, seen.height - 6])
      // Now there is more above.
      seen.height = field.bottom + 40
      seen.dispatchEvent(new Event('resize'))
      expect(place().bottom).to.equal(field.top - 6)
      expect(place().top).to.be.at.least(6)
      // The keyboard covers the field.
      seen.height = field.top - 10
      seen.dispatchEvent(new Event('resize'))
      expect(place().bottom).to.equal(seen.height - 6)
      // The page is moved up under the keyboard, and there is room neither below nor above.
      Object.assign(seen, { offsetTop: field.top - 100, height: 250 })
      seen.dispatchEvent(new Event('scroll'))
      expect([place().top, place().bottom]).to.deep.equal([seen.offsetTop + 6, seen.offsetTop + 244])
    } finally {
      Object.defineProperty(window, 'visualViewport', own)
    }
  })

  it('is beside the field in a page that is drawn larger or smaller', async function () {
    for (const zoom of ['2', '0.8']) {
      document.documentElement.style.setProperty('zoom', zoom)
      try {
        const page = await mountMany('')
        if (page.element.currentCSSZoom === undefined) this.skip()
        await page.openList()
        const field = page.shadow.querySelector('.field')!.getBoundingClientRect()
        const list = page.shadow.querySelector('.countries')!.getBoundingClientRect()
        expect(list.left, zoom).to.be.closeTo(field.left, 1)
        expect(list.top, zoom).to.be.closeTo(field.bottom + 6, 1)
        expect(list.bottom, zoom).to.be.at.most(innerHeight)
        page.element.remove()
      } finally {
        document.documentElement.style.removeProperty('zoom')
      }
    }
  })
})
