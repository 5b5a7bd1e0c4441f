import { expect } from '@open-wc/testing'
import { endlessChallenge } from './challenges.js'
import { installChallenger, rendered } from './fake-challenger.js'
import { answer, approved, held, manyCountries, pending, problem, site } from './fake-server.js'
import { mount, type, type Harness } from './harness.js'
import { until } from './until.js'

interface Screen {
  attributes?: string
  before?: () => void
  /** Leads a fresh element to the screen. */
  lead?: (page: Harness) => Promise<void>
}

const servingMany = () => answer('/v1/sites', { json: site(manyCountries()) })

/** Everything that a visitor can meet, by name. */
export const SCREENS: Readonly<Record<string, Screen>> = {
  phone: {},
  'phone of one country': { before: () => answer('/v1/sites', { json: site({ countries: ['HR'] }) }) },
  'phone of many countries': { before: servingMany },
  'list of countries': { before: servingMany, lead: (page) => page.openList() },
  'list without a country': {
    before: servingMany,
    async lead(page) {
      await page.openList()
      await type('atlantis')
    },
  },
  'phone that the page gives': { attributes: 'phone="+385912345667" readonly-phone required' },
  disabled: { attributes: 'disabled' },
  'phone with an error': {
    async lead(page) {
      answer('/v1/verifications', problem(422, 'invalid_phone_number'))
      await page.start()
    },
  },
  sending: {
    async lead(page) {
      answer('/v1/verifications', held({ status: 201, json: pending(page.clock.now()) }).route)
      await page.start()
    },
  },
  'solving a challenge': {
    async lead(page) {
      answer('/v1/verifications', problem(403, 'challenge_required'))
      answer('/v1/challenges', { json: await endlessChallenge() })
      await page.start()
      await until(() => page.message.includes('robot'))
    },
  },
  'somebody else’s challenge': {
    async lead(page) {
      installChallenger('turnstile')
      answer('/v1/verifications', problem(403, 'challenge_required'))
      answer('/v1/challenges', { json: { type: 'turnstile', sitekey: 'k' } })
      await page.start()
      await until(() => rendered.length === 1)
    },
  },
  refused: {
    async lead(page) {
      answer('/v1/verifications', problem(403, 'cannot_send'))
      await page.start()
    },
  },
  'refused, with another way': {
    async lead(page) {
      const button = document.createElement('button')
      button.slot = 'fallback'
      button.textContent = 'Confirm by e-mail'
      // Of its own colours WebKitGTK says others than it paints.
      button.style.cssText = 'color: #fff; background: #333'
      page.element.append(button)
      answer('/v1/verifications', problem(403, 'cannot_send'))
      await page.start()
    },
  },
  code: { lead: (page) => page.start() },
  'code with an error': {
    async lead(page) {
      await page.start()
      answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
      await page.fill('111111')
    },
  },
  'code with resends': {
    async lead(page) {
      await page.start()
      await page.passSeconds(30)
    },
  },
  'code without resends': {
    async lead(page) {
      await page.start()
      await page.passSeconds(30)
      answer('/v1/verifications/resend', problem(429, 'resends_exhausted'))
      await page.click('Text me again')
    },
  },
  'code that is over': {
    async lead(page) {
      await page.start()
      await page.passSeconds(301)
    },
  },
  checking: {
    async lead(page) {
      await page.start()
      answer('/v1/verifications/check', held({ json: approved(page.clock.now()) }).route)
      await page.fill('123456')
    },
  },
  verified: {
    async lead(page) {
      await page.start()
      await page.fill('123456')
    },
  },
  expired: {
    async lead(page) {
      await page.start()
      await page.fill('123456')
      await page.passSeconds(241)
      await page.passSeconds(1)
      expect(page.state('expired')).to.equal(true)
    },
  },
}

/** The names of all screens. */
export const SCREEN_NAMES = Object.keys(SCREENS)

/** Puts a fresh element into a page and leads it to a screen; by its English words, whatever the page speaks afterwards. */
export async function mountScreen(name: string, { attributes = '', form = false } = {}): Promise<Harness> {
  const { attributes: own = '', before, lead } = SCREENS[name]!
  const page = await mount(`${own} ${attributes}`, { form, ...(before ? { before } : {}) })
  await lead?.(page)
  return page
}
