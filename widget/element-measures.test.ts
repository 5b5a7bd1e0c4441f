import { expect } from '@open-wc/testing'
import { answer, approved, problem } from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

/** What a page may say of the box around the element, and of the element itself. */
const PLACES: [name: string, around: string, itself?: string][] = [
  ['a centred column', 'display: flex; flex-direction: column; align-items: center'],
  ['a row', 'display: flex; justify-content: center'],
  ['a grid', 'display: grid; justify-items: center'],
  ['a float', '', 'float: inline-end'],
  ['a line of text', '', 'display: inline-block'],
  ['a cell', 'display: table-cell'],
]

/** An element in a place that makes it as wide as what is in it. */
async function mountIn([, around, itself = '']: (typeof PLACES)[number], lang = 'en'): Promise<Harness> {
  const page = await mount(`style="${itself}"`, { lang })
  page.element.parentElement!.style.cssText = around
  return page
}

const box = (element: Element) => element.getBoundingClientRect()

/** How wide the element is on each screen of a visit. */
async function widthsOf(page: Harness): Promise<number[]> {
  const widths: number[] = []
  const measure = () => widths.push(box(page.element).width)
  const send = page.shadow.querySelector<HTMLElement>('.primary')!
  measure()
  page.phone.value = '912345667'
  send.click()
  await page.settle()
  measure()
  const incorrect = problem(422, 'code_incorrect', { attemptsRemaining: 4 })
  answer('/v1/verifications/check', incorrect, { json: approved(page.clock.now()) })
  await page.fill('123456')
  measure()
  await page.fill('123456')
  measure()
  expect(page.state('verified')).to.equal(true)
  return widths
}

describe('what <otp-verify> measures', () => {
  for (const place of PLACES) {
    it(`is as wide as 25 em on every screen, whatever the words, in ${place[0]}`, async () => {
      for (const lang of ['en', 'ja', 'ar'])
        expect(await widthsOf(await mountIn(place, lang)), lang).to.deep.equal([400, 400, 400, 400])
    })

    it(`leaves out no margin of its own where there is less room, in ${place[0]}`, async () => {
      const page = await mountIn(place)
      page.element.style.marginInline = '20px'
      const room = document.createElement('div')
      room.style.inlineSize = '320px'
      const around = page.element.parentElement!
      around.replaceWith(room)
      room.append(around)
      for (const width of await widthsOf(page)) expect(width).to.equal(280)
    })
  }

  it('is as wide as the page lets it', async () => {
    const page = await mount('style="max-inline-size: 34em"')
    page.element.parentElement!.style.inlineSize = '700px'
    expect(box(page.element).width).to.equal(544)
    expect(box(page.shadow.querySelector('.field')!).width).to.equal(544)
  })

  it('has the number on a level with its country, in a field as high as the button', async () => {
    const page = await mount()
    const [country, number] = [box(page.shadow.querySelector('.country')!), box(page.phone)]
    expect([number.top, number.bottom]).to.deep.equal([country.top, country.bottom])
    const { height } = box(page.shadow.querySelector('.field')!)
    expect(height).to.equal(box(page.button('Send code')).height)
  })

  it('shows the number as no mistake where the page’s sitekey is one', async () => {
    const page = await mount('', { before: () => answer('/v1/sites', problem(404, 'unknown_site')) })
    await page.start()
    expect(page.message).to.equal('Phone verification is not set up for this page.')
    expect(page.shadow.querySelector('.field')!.matches('.invalid')).to.equal(false)
    expect(page.phone.getAttribute('aria-invalid')).to.equal('false')
  })
})
