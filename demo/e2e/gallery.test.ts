import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { de } from '../../widget/locales/de.js'
import { en } from '../../widget/locales/en.js'
import { he } from '../../widget/locales/he.js'
import { ACTS } from '../gallery/scenes/index.js'
import { visitGallery, type GalleryVisit } from './gallery-visit.js'

/** What a scene has to look like to a visitor, beside its name. */
type Expected = Partial<Omit<Seen, 'text'>> & { says?: string[] }

/** What is to be seen of one element. */
interface Seen {
  state: string
  text: string
  number: string
  digits: string
  boxes: number
  invalid: boolean
  busy: boolean
  disabled: boolean
  readOnly: boolean
  choosesCountry: boolean
  country: string
  links: number
}

const phone = (more: Expected = {}): Expected => ({ state: 'phone', invalid: false, busy: false, ...more })
const wrong = (...says: string[]): Expected => phone({ invalid: true, says })
/** What may pass by itself, or is not for what was typed, calls no field wrong. */
const passing = (...says: string[]): Expected => phone({ says })
const code = (more: Expected = {}): Expected => ({ state: 'code', boxes: 6, invalid: false, ...more })
const WAITS = en.resendIn.replace('{time}', '⁦0:30⁩')

/** Every scene, as it has to be. Written down here, so that a scene which shows something else is found out. */
const EXPECTED: Record<string, Expected> = {
  empty: phone({ number: '', says: [en.phoneHint.sms, en.send], country: 'US+1', choosesCountry: true }),
  filled: phone({ number: '(202) 555-0123' }),
  sending: { state: 'sending', busy: true, says: [en.sending] },
  'nothing-typed': { ...wrong(en.errors.invalid_phone_number), number: '' },
  'invalid-phone-number': { ...wrong(en.errors.invalid_phone_number), number: '(202) 555-0123' },
  'rate-limited': passing(en.errors.rate_limited, 'in 5 minutes'),
  'provider-unavailable': passing(en.errors.provider_unavailable),
  'service-unavailable': passing(en.errors.service_unavailable),
  'internal-error': passing(en.errors.internal_error),
  'ticket-invalid': passing(en.errors.ticket_invalid),
  'network-error': passing(en.errors.network_error),
  'challenge-browser': { state: 'sending', busy: true, says: [en.challenge.browser] },
  'challenge-visitor': { state: 'sending', busy: true, says: [en.challenge.visitor, 'I am human'] },
  'challenge-failed': passing(en.errors.challenge_failed, en.fallback.none),
  code: code({ digits: '', says: ['Enter the 6-digit code', 'ending in ⁦23⁩', en.changeNumber, WAITS] }),
  'half-typed': code({ digits: '482', says: [WAITS] }),
  checking: { state: 'checking', digits: '482913', busy: true, says: [en.checking] },
  'code-incorrect': code({ invalid: true, says: [en.errors.code_incorrect, '4 tries left.'] }),
  'invalid-code': code({ invalid: true, digits: '4829', says: [en.errors.invalid_code] }),
  'attempts-exhausted': code({ invalid: true, says: [en.errors.attempts_exhausted, en.newCode] }),
  'verification-expired': code({ invalid: true, says: [en.errors.verification_expired, en.newCode] }),
  'check-unavailable': code({ says: [en.checkUnavailable, en.verify] }),
  'four-digits': code({ boxes: 4, says: ['Enter the 4-digit code'] }),
  'eight-digits': code({ boxes: 8, says: ['Enter the 8-digit code'] }),
  resend: code({ links: 2, says: [en.again.sms] }),
  'call-offered': code({ links: 3, says: [en.again.sms, en.instead.voice] }),
  resending: { state: 'sending', boxes: 6, says: [en.sending, en.verify] },
  calling: code({ says: ['Calling the number ending in ⁦23⁩', WAITS] }),
  'resends-exhausted': code({
    links: 1,
    says: [en.errors.resends_exhausted, en.fallback.none],
  }),
  verified: { state: 'verified', boxes: 0, says: [en.verified, '23'] },
  expired: { state: 'expired', boxes: 0, says: [en.expired, en.verifyAgain] },
  'cannot-send': wrong(en.errors.cannot_send, en.fallback.given, 'Verify by email instead'),
  'cannot-send-alone': wrong(en.errors.cannot_send, en.fallback.none),
  'phone-type-not-allowed': wrong(en.errors.phone_type_not_allowed, en.fallback.none),
  'country-not-allowed': wrong(en.errors.country_not_allowed, en.fallback.none),
  'delivery-failed': wrong(en.errors.delivery_failed, en.fallback.none),
  loading: phone({ country: '', choosesCountry: false, says: [en.send] }),
  'unknown-site': passing(en.errors.origin_not_allowed),
  'single-country': phone({ country: 'US+1', choosesCountry: false }),
  'many-countries': phone({ country: 'US+1', choosesCountry: true }),
  disabled: phone({ disabled: true }),
  'readonly-phone': phone({ readOnly: true, number: '2025550123', choosesCountry: false }),
  'channel-voice': phone({ says: [en.phoneHint.voice] }),
  'own-words': phone({ says: ['We keep your seat for ten minutes.', 'Mobile', 'Text me'] }),
  'own-looks': phone({ says: [en.send] }),
}

let gallery: GalleryVisit

beforeAll(async () => {
  gallery = await visitGallery()
})

afterEach(() => expect(gallery.complaints()).toEqual([]))

afterAll(() => gallery.close())

describe('the gallery', () => {
  it('shows every scene in the state that it names', async () => {
    await gallery.open('/', { width: 1280 })
    const seen = await gallery.page.evaluate(look)
    const names = ACTS.flatMap(({ scenes }) => scenes).map(({ id }) => id)
    expect(Object.keys(seen)).toEqual(names)
    expect(Object.keys(EXPECTED).sort()).toEqual(names.sort())
    for (const [name, { says = [], ...rest }] of Object.entries(EXPECTED)) {
      expect(seen[name], name).toMatchObject(rest)
      for (const words of says) expect(seen[name]!.text, name).toContain(words)
    }
  })

  it('says beside each what makes it', async () => {
    const words = (id: string) => gallery.page.locator(`#${id} .words`).innerText()
    expect(await words('readonly-phone')).toContain('phone="+12025550123"\n  readonly-phone\n></otp-verify>')
    expect(await words('own-words')).toContain('<label slot="phone-label">Mobile</label>')
    expect(await words('rate-limited')).toContain('/v1/verifications 429 rate_limited')
    expect(await words('network-error')).toMatch(/(\/v1\/verifications no connection\s*){3}/)
    expect(await words('nothing-typed')).not.toContain('/v1/verifications')
  })

  it('has elements that work, plays again, and lets time pass', async () => {
    const { page } = gallery
    const scene = page.locator('#code')
    await scene.locator('input[autocomplete=one-time-code]').pressSequentially('482913')
    await scene.getByText(en.verified).first().waitFor()
    await scene.getByRole('button', { name: 'Play again' }).click()
    await scene.getByText(WAITS).waitFor()
    // It stands there for a second, so it is looked for with every frame.
    const aSecondLess = page.waitForFunction(
      (words) => document.querySelector('#code otp-verify')!.shadowRoot!.textContent.includes(words),
      en.resendIn.replace('{time}', '⁦0:29⁩'),
    )
    await page.getByRole('radio', { name: 'running' }).check()
    await aSecondLess
  })

  it('changes theme, language and direction by its switches, and keeps them in its address', async () => {
    const { page } = gallery
    const element = page.locator('#empty otp-verify')
    const scheme = () => element.evaluate((node) => getComputedStyle(node).colorScheme)
    await page.getByRole('radio', { name: 'dark' }).check()
    expect(await scheme()).toBe('dark')
    await page.getByLabel('Language').selectOption('de')
    await element.getByText(de.send).waitFor()
    await page.getByRole('radio', { name: 'rtl' }).check()
    expect(await element.evaluate((node) => getComputedStyle(node).direction)).toBe('rtl')
    const { search } = new URL(page.url())
    expect(Object.fromEntries(new URLSearchParams(search))).toMatchObject({
      theme: 'dark',
      lang: 'de',
      dir: 'rtl',
    })
    await gallery.open(`/${search.replace('lang=de', 'lang=he')}`, { width: 1280 })
    await element.getByText(he.send).waitFor()
    expect(await scheme()).toBe('dark')
  })

  it('fits the narrowest phone, whatever the width', async () => {
    const { page } = gallery
    await gallery.open('/?lang=de', { width: 320 })
    for (const width of ['448', '320', '400', 'full']) {
      await page.getByRole('radio', { name: width }).check()
      expect(await page.evaluate(findSticking), width).toEqual([])
    }
  })
})

/** What is wider than the page. Runs in the page. */
function findSticking(): string[] {
  const elements = [...document.querySelectorAll('otp-verify')]
  const parts = elements.flatMap((each) => [
    each,
    ...each.children,
    ...each.shadowRoot!.querySelectorAll('*'),
  ])
  const sticking = parts.filter((part) => part.getBoundingClientRect().right > innerWidth)
  const page = document.documentElement.scrollWidth > innerWidth ? ['the page'] : []
  return [...sticking.map((part) => part.className), ...page]
}

/** What is to be seen of each element, by the name of its scene. Runs in the page. */
function look(): Record<string, Seen> {
  const scenes = [...document.querySelectorAll('.scene')]
  return Object.fromEntries(
    scenes.map((scene) => [scene.id, describeElement(scene.querySelector('otp-verify')!)]),
  )

  function describeElement(element: HTMLElement): Seen {
    const root = element.shadowRoot!
    const boxes = [...root.querySelectorAll('.box')]
    const input = (slot: string) => element.querySelector<HTMLInputElement>(`input[slot=${slot}]`)!
    const names = ['phone', 'sending', 'code', 'checking', 'verified', 'expired']
    const button = root.querySelector<HTMLButtonElement>('.primary')
    const shown = boxes.length > 0 ? input('code') : input('phone')
    return {
      state: names.filter((name) => element.matches(`:state(${name})`)).join(),
      text: wordsIn(root.querySelector('.root')!).replace(/\s+/g, ' '),
      number: input('phone').value,
      digits: boxes.map((box) => box.textContent.trim()).join(''),
      boxes: boxes.length,
      invalid: shown.getAttribute('aria-invalid') === 'true',
      busy: button?.ariaDisabled === 'true',
      disabled: input('phone').disabled && button?.disabled === true,
      readOnly: input('phone').readOnly,
      choosesCountry: root.querySelector('select, button.country') !== null,
      country: root.querySelector('.prefix')?.textContent.replace(/\s/g, '') ?? '',
      links: [...root.querySelectorAll('.link')].filter(isVisible).length,
    }
  }

  /** The words that are visible, slotted ones in their places. */
  function wordsIn(node: Node): string {
    if (node instanceof Text) return node.data
    if (!(node instanceof Element) || (!(node instanceof HTMLSlotElement) && !isVisible(node))) return ''
    const assigned = node instanceof HTMLSlotElement ? node.assignedNodes() : []
    return (assigned.length > 0 ? assigned : [...node.childNodes]).map(wordsIn).join(' ')
  }

  function isVisible(node: Element): boolean {
    return node.checkVisibility({ visibilityProperty: true })
  }
}
