import { expect } from '@open-wc/testing'
import { TAGS } from './locales/tags.js'
import { findings } from './test/axe.js'
import { answer, pending, problem } from './test/fake-server.js'
import { isNamed, mount, reduceMotion, resizePage, type Harness } from './test/harness.js'
import { mountScreen, SCREEN_NAMES, SCREENS } from './test/screens.js'
import { until } from './test/until.js'

function paint(page: Harness, theme: string): void {
  const background = theme === 'dark' ? '#101216' : '#fff'
  page.element.parentElement!.style.setProperty('background-color', background)
}

describe('<otp-verify> for everybody', () => {
  before(reduceMotion)
  after(() => resizePage(1280, 720))

  for (const name of SCREEN_NAMES) {
    for (const theme of ['light', 'dark']) {
      it(`has nothing axe objects to on the screen "${name}", ${theme}, in English and Arabic`, async () => {
        const page = await mountScreen(name, { attributes: `theme="${theme}"` })
        paint(page, theme)
        for (const lang of ['en', 'ar']) {
          page.element.parentElement!.lang = lang
          await page.settle()
          expect(await findings(page.element), lang).to.deep.equal([])
        }
      })
    }

    it(`fits a page of 320 pixels on the screen "${name}"`, async () => {
      await resizePage(320, 640)
      const page = await mountScreen(name)
      const { right } = page.element.getBoundingClientRect()
      for (const node of page.shadow.querySelectorAll('.root *')) {
        expect(node.getBoundingClientRect().right, node.className).to.be.at.most(right + 0.5)
      }
      expect(document.documentElement.scrollWidth).to.be.at.most(320)
    })

    it(`offers targets of at least 24 pixels on the screen "${name}"`, async () => {
      const page = await mountScreen(name)
      for (const target of page.shadow.querySelectorAll('button, select')) {
        const { height, width } = target.getBoundingClientRect()
        expect(Math.min(height, width), target.outerHTML).to.be.at.least(24)
      }
    })
  }

  it('shows a whole number in type of twice the size on a page of 320 pixels', async () => {
    await resizePage(320, 640)
    const page = await mount('style="font-size: 32px"')
    page.phone.value = '0912345678'
    const { scrollWidth, clientWidth } = page.phone
    expect(scrollWidth).to.be.at.most(clientWidth)
    expect(page.element.getBoundingClientRect().right).to.be.at.most(320)
  })

  for (const screen of ['verified', 'expired', 'code'] as const) {
    it(`fits a page of 320 pixels in type of twice the size, in any language, on the screen "${screen}"`, async () => {
      await resizePage(320, 640)
      const page = await mountScreen(screen, { attributes: 'style="font-size: 32px"' })
      for (const lang of TAGS) {
        page.element.parentElement!.lang = lang
        await page.settle()
        expect(document.documentElement.scrollWidth, lang).to.be.at.most(320)
      }
    })
  }

  it('tells a lesser button from the text beside it by more than its colour', async () => {
    const page = await mountScreen('code')
    const { textDecorationLine, textDecorationColor, color } = getComputedStyle(
      page.shadow.querySelector('.link')!,
    )
    expect(textDecorationLine).to.equal('underline')
    expect(textDecorationColor).to.equal(color)
  })

  for (const [screen, said] of [
    ['phone of one country', 'Croatia +385 We’ll text you a code.'],
    ['phone that the page gives', 'Croatia +385 We’ll text you a code.'],
    ['phone', 'We’ll text you a code.'],
  ] as const) {
    it(`describes the number by its country where there is none to choose, and by what comes next: ${screen}`, async () => {
      const page = await mountScreen(screen)
      expect(page.described(page.phone)).to.equal(said)
      // Of every engine one can ask for names alone; it makes them of what is referred to just as it makes descriptions.
      page.phone.setAttribute('aria-labelledby', page.phone.getAttribute('aria-describedby')!)
      await until(() => isNamed(page, said))
    })
  }

  it('describes a number that is refused by its country too, in the language of the page', async () => {
    const page = await mountScreen('phone of one country')
    await SCREENS['phone with an error']!.lead!(page)
    expect(page.described(page.phone)).to.equal('Croatia +385 Enter a valid phone number.')
    page.element.parentElement!.lang = 'de'
    await page.settle()
    expect(page.described(page.phone)).to.equal('Kroatien +385 Geben Sie eine gültige Telefonnummer ein.')
  })

  it('says that the last digit has the code checked, where it has', async () => {
    const said = (page: Harness) => page.described(page.code)
    expect(said(await mountScreen('code'))).to.equal('It is checked after the last digit.')
    expect(said(await mountScreen('code', { attributes: 'auto-submit="off"' }))).to.equal('')
  })

  it('is in English where it is in English, whatever the page is in', async () => {
    const page = await mount()
    page.element.parentElement!.lang = 'lt'
    await page.settle()
    const words = [...page.element.children].filter(({ tagName }) => tagName !== 'INPUT')
    expect(words).to.not.deep.equal([])
    for (const node of [...words, ...page.shadow.querySelectorAll('.live, .root')]) {
      expect((node as HTMLElement).lang, node.outerHTML).to.equal('en')
    }
  })

  it('calls a number or a code wrong only where it is', async () => {
    const page = await mount()
    const isWrong = (input: Element) => [
      input.getAttribute('aria-invalid'),
      String(page.shadow.querySelector('.field.invalid, .code.invalid') !== null),
    ]
    answer('/v1/verifications', problem(503, 'provider_unavailable', { retryAfter: 5 }))
    await page.start()
    expect(page.message).to.contain('cannot be sent')
    expect(isWrong(page.phone)).to.deep.equal(['false', 'false'])
    answer('/v1/verifications', problem(422, 'cannot_send'))
    await page.start()
    expect(isWrong(page.phone)).to.deep.equal(['true', 'true'])
    answer('/v1/verifications', { json: pending(page.clock.now()) })
    await page.start()
    answer('/v1/verifications/check', problem(503, 'provider_unavailable', { retryAfter: 5 }))
    await page.fill('123456')
    expect(isWrong(page.code)).to.deep.equal(['false', 'false'])
    answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 3 }))
    await page.fill('123457')
    expect(isWrong(page.code)).to.deep.equal(['true', 'true'])
  })

  for (const screen of ['phone', 'code']) {
    it(`has nothing axe objects to in any language on the screen "${screen}"`, async function () {
      // A dozen seconds in WebKit, where nothing else is going on.
      this.timeout(300_000)
      const page = await mountScreen(screen)
      const found: string[] = []
      for (const lang of TAGS) {
        page.element.parentElement!.lang = lang
        await page.settle()
        expect(page.shadow.querySelector(`.root[lang="${lang}"]`), lang).to.exist
        found.push(...(await findings(page.element)).map((finding) => `${lang}: ${finding}`))
      }
      expect(found).to.deep.equal([])
    })
  }

  for (const theme of ['light', 'dark']) {
    it(`draws the code in the colours of the number, which axe can judge, ${theme}`, async () => {
      const page = await mount(`theme="${theme}"`)
      const colours = (text: Element, ground: Element) => [
        getComputedStyle(text).color,
        getComputedStyle(ground).backgroundColor,
      ]
      const number = colours(page.phone, page.shadow.querySelector('.field')!)
      await page.start()
      await page.fill('123')
      const box = page.shadow.querySelector('.box')!
      expect(colours(box, box)).to.deep.equal(number)
    })
  }

  it('does not move the page when an error appears under the number or the code', async () => {
    const page = await mount()
    const height = () => page.element.getBoundingClientRect().height
    const before = height()
    await SCREENS['phone with an error']!.lead!(page)
    expect(height()).to.equal(before)
    answer('/v1/verifications', { status: 201, json: pending(page.clock.now()) })
    await page.click('Send code')
    const code = height()
    await page.fill('12')
    await page.click('Verify')
    expect(page.message).to.not.equal('')
    expect(height()).to.equal(code)
  })

  it('does not let the page’s own rules for inputs and labels take its fields apart', async () => {
    const style = new CSSStyleSheet()
    style.replaceSync(
      'input, label { float: right; width: 20px; border: 9px solid; color: red; display: none }',
    )
    document.adoptedStyleSheets = [style]
    try {
      const page = await mount()
      const field = page.shadow.querySelector('.field')!.getBoundingClientRect()
      expect(page.phone.getBoundingClientRect().width).to.be.above(field.width / 2)
      expect(getComputedStyle(page.phone)).to.include({ borderTopWidth: '0px', float: 'none' })
      expect(page.phone.labels![0]!.getBoundingClientRect().height).to.be.above(0)
    } finally {
      document.adoptedStyleSheets = []
    }
  })

  it('announces where the code went and that the number is verified', async () => {
    const page = await mount()
    expect(page.live).to.equal('')
    await page.start()
    expect(page.live).to.contain('Texted to the number ending in')
    await page.fill('123456')
    expect(page.live).to.equal('Number verified')
  })
})
