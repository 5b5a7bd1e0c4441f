import { expect, waitUntil } from '@open-wc/testing'
import { answer, approved, held, pending, problem } from './test/fake-server.js'
import { endlessChallenge } from './test/challenges.js'
import { installChallenger, rendered } from './test/fake-challenger.js'
import { mount, reduceMotion, resizePage, type Harness } from './test/harness.js'

/** Leads a fresh element to a screen. */
const SCREENS: Record<string, (page: Harness) => Promise<void>> = {
  phone: async () => {},
  'phone with an error': async (page) => {
    answer('/v1/verifications', problem(422, 'invalid_phone_number'))
    await page.start()
  },
  sending: async (page) => {
    answer('/v1/verifications', held({ status: 201, json: pending(page.clock.now()) }).route)
    await page.start()
  },
  'solving a challenge': async (page) => {
    answer('/v1/verifications', problem(403, 'challenge_required'))
    answer('/v1/challenges', { json: await endlessChallenge() })
    await page.start()
    await waitUntil(() => page.message.includes('robot'))
  },
  'somebody else’s challenge': async (page) => {
    installChallenger('turnstile')
    answer('/v1/verifications', problem(403, 'challenge_required'))
    answer('/v1/challenges', { json: { type: 'turnstile', sitekey: 'k' } })
    await page.start()
    await waitUntil(() => rendered.length === 1)
  },
  refused: async (page) => {
    answer('/v1/verifications', problem(403, 'cannot_send'))
    await page.start()
  },
  'refused, with another way': async (page) => {
    const button = document.createElement('button')
    button.slot = 'fallback'
    button.textContent = 'Confirm by e-mail'
    // Of its own colours WebKitGTK says others than it paints.
    button.style.cssText = 'color: #fff; background: #333'
    page.element.append(button)
    answer('/v1/verifications', problem(403, 'cannot_send'))
    await page.start()
  },
  code: (page) => page.start(),
  'code with an error': async (page) => {
    await page.start()
    answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    await page.fill('111111')
  },
  'code with resends': async (page) => {
    await page.start()
    await page.passSeconds(30)
  },
  'code that is over': async (page) => {
    await page.start()
    await page.passSeconds(301)
  },
  checking: async (page) => {
    await page.start()
    answer('/v1/verifications/check', held({ json: approved(page.clock.now()) }).route)
    await page.fill('123456')
  },
  verified: async (page) => {
    await page.start()
    await page.fill('123456')
  },
  expired: async (page) => {
    await page.start()
    await page.fill('123456')
    await page.passSeconds(241)
    await page.passSeconds(1)
    expect(page.state('expired')).to.equal(true)
  },
}

function paint(page: Harness, theme: string): void {
  const background = theme === 'dark' ? '#101216' : '#fff'
  page.element.parentElement!.style.setProperty('background-color', background)
}

describe('<otp-verify> for everybody', () => {
  before(reduceMotion)
  after(() => resizePage(1280, 720))

  for (const [name, lead] of Object.entries(SCREENS)) {
    for (const theme of ['light', 'dark']) {
      for (const lang of ['en', 'ar']) {
        it(`passes axe on the screen "${name}", ${theme}, ${lang}`, async () => {
          const page = await mount(`theme="${theme}"`, { lang })
          paint(page, theme)
          page.element.parentElement!.lang = 'en'
          await page.settle()
          await lead(page)
          page.element.parentElement!.lang = lang
          await page.settle()
          await expect(page.element).to.be.accessible()
        })
      }
    }

    it(`fits a page of 320 pixels on the screen "${name}"`, async () => {
      await resizePage(320, 640)
      const page = await mount()
      await lead(page)
      const { right } = page.element.getBoundingClientRect()
      for (const node of page.shadow.querySelectorAll('.root *')) {
        expect(node.getBoundingClientRect().right, node.className).to.be.at.most(right + 0.5)
      }
      expect(document.documentElement.scrollWidth).to.be.at.most(320)
    })

    it(`offers targets of at least 24 pixels on the screen "${name}"`, async () => {
      const page = await mount()
      await lead(page)
      for (const target of page.shadow.querySelectorAll('button, select')) {
        const { height, width } = target.getBoundingClientRect()
        expect(Math.min(height, width), target.outerHTML).to.be.at.least(24)
      }
    })
  }

  it('does not move the page when an error appears under the number or the code', async () => {
    const page = await mount()
    const height = () => page.element.getBoundingClientRect().height
    const before = height()
    await SCREENS['phone with an error']!(page)
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
