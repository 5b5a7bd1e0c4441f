import { PATHS } from '../../contract/index.js'
import { manyCountries } from '../../widget/test/made-answers.js'
import { refusal, type PlayedPage, type PlayedSettings } from './played-server.js'

/** How an element gets into a state, as a visitor would bring it there. */
export interface StateOfElement extends PlayedSettings {
  lead?: (played: PlayedPage) => Promise<void>
}

const FALLBACK = '<a slot="fallback" href="/other">Confirm by e-mail</a>'

async function startRefused(played: PlayedPage, code: string): Promise<void> {
  played.answer(PATHS.start, refusal(403, code))
  await played.start()
  await played.page.locator('otp-verify .message.invalid').waitFor()
}

async function askForCode(played: PlayedPage): Promise<void> {
  await played.start()
  await played.reaches('code')
}

async function searchCountries({ page }: PlayedPage, text: string): Promise<void> {
  await page.locator('otp-verify button[part=country]').click()
  await page.getByRole('combobox').fill(text)
}

/** Opens a page with the element in one of its states. */
export async function showState(played: PlayedPage, name: string, lang = 'en'): Promise<void> {
  const { lead, ...settings } = STATES[name]!
  await played.open({ lang, ...settings })
  await lead?.(played)
}

/** What the visitor can meet, by name. */
export const STATES: Readonly<Record<string, StateOfElement>> = {
  number: {},
  'number, one country': { site: { countries: ['US'] } },
  'number, many countries': { site: manyCountries() },
  'number, list of countries': { site: manyCountries(), lead: (played) => searchCountries(played, 'a') },
  'number, list without a country': {
    site: manyCountries(),
    lead: (played) => searchCountries(played, 'atlantis'),
  },
  'number, given by the page': { attributes: 'phone="+12025550123" readonly-phone' },
  'number, required': { attributes: 'required' },
  'number, disabled': { attributes: 'disabled' },
  'number refused': { lead: (played) => startRefused(played, 'invalid_phone_number') },
  'number refused for good': { lead: (played) => startRefused(played, 'cannot_send') },
  'number refused for good, another way': {
    children: FALLBACK,
    lead: (played) => startRefused(played, 'cannot_send'),
  },
  sending: {
    async lead(played) {
      played.answer(PATHS.start, 'never')
      await played.start()
      await played.reaches('sending')
    },
  },
  challenge: {
    async lead(played) {
      played.answer(PATHS.start, refusal(403, 'challenge_required'))
      played.answer(PATHS.challenges, { json: { type: 'turnstile', sitekey: 'their-key' } })
      await played.page.evaluate(() => {
        const render = (node: HTMLElement) => {
          node.append(Object.assign(document.createElement('button'), { textContent: 'I am human' }))
          return 'w1'
        }
        Object.assign(window, { turnstile: { render, remove: () => {} } })
      })
      await played.start()
      await played.page.getByRole('button', { name: 'I am human' }).waitFor()
    },
  },
  code: { lead: askForCode },
  'code wrong': {
    async lead(played) {
      await askForCode(played)
      played.answer(PATHS.check, refusal(422, 'code_incorrect', { attemptsRemaining: 2 }))
      await played.enterCode('111111')
      await played.page.locator('otp-verify .message.invalid').waitFor()
    },
  },
  'code, resend possible': {
    async lead(played) {
      await askForCode(played)
      await played.pass(30)
      await played.page.locator('otp-verify .more .row:not(.reserved)').waitFor()
    },
  },
  'code, resends exhausted': {
    async lead(played) {
      played.answer(PATHS.start, { status: 201, json: played.pending({ availableAt: null, remaining: 0 }) })
      await askForCode(played)
    },
  },
  checking: {
    async lead(played) {
      await askForCode(played)
      played.answer(PATHS.check, 'never')
      await played.enterCode('123456')
      await played.reaches('checking')
    },
  },
  'code expired': {
    async lead(played) {
      await askForCode(played)
      await played.pass(301)
      await played.page.locator('otp-verify .message.invalid').waitFor()
    },
  },
  verified: {
    async lead(played) {
      await askForCode(played)
      await played.enterCode('123456')
      await played.reaches('verified')
    },
  },
  'token expired': {
    attributes: 'refresh-expired="off"',
    async lead(played) {
      await askForCode(played)
      await played.enterCode('123456')
      await played.reaches('verified')
      await played.pass(241)
      await played.reaches('expired')
    },
  },
}
