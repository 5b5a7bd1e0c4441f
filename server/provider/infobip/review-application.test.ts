import { describe, expect, it } from 'vitest'
import type { Configuration, Settings } from './management-answers.js'
import { reviewApplication, reviewSettings, safeSettings } from './review-application.js'

const TERMS = { dailyBudget: 1000, checkInterval: 1, codeLifetime: 300, numberPerDay: 5, wrongCodes: 10 }
const SAFE = safeSettings(TERMS)
const FACTORY: Settings = {
  pinAttempts: 10,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '15m',
  verifyPinLimit: '1/3s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '3/1d',
}

function wrong(changes: Configuration, terms = {}): string[] {
  return reviewSettings({ ...SAFE, ...changes }, { ...TERMS, ...terms }).map(({ setting }) => setting)
}

describe('the settings of an application', () => {
  it('are named, each unsafe one of the factory defaults (SR-B01)', () => {
    const found = reviewSettings(FACTORY, TERMS)
    expect(found.map(({ setting }) => setting).toSorted()).toEqual([
      'allowMultiplePinVerifications',
      'pinAttempts',
      'pinTimeToLive',
      'sendPinPerApplicationLimit',
      'sendPinPerPhoneNumberLimit',
      'verifyPinLimit',
    ])
    for (const { setting, message, fix } of found) {
      expect(message).toContain(`${setting} is ${FACTORY[setting]}`)
      expect(fix).toContain(`set ${setting} to ${SAFE[setting]}`)
    }
  })

  it.each([
    [TERMS],
    [{ ...TERMS, dailyBudget: 5, checkInterval: 60, codeLifetime: 600, numberPerDay: 10 }],
    [{ ...TERMS, dailyBudget: 9e6, checkInterval: 2, codeLifetime: 1, wrongCodes: 20 }],
  ])('that setup writes are safe: %j (SR-B01)', (terms) => {
    expect(reviewSettings(safeSettings(terms), terms)).toEqual([])
  })

  it.each<[Configuration, boolean]>([
    [{ pinAttempts: 5 }, true],
    [{ pinAttempts: 6 }, false],
    [{ pinAttempts: 0 }, false],
    [{ allowMultiplePinVerifications: true }, false],
    [{ pinTimeToLive: '10m' }, true],
    [{ pinTimeToLive: '601s' }, false],
    [{ pinTimeToLive: 'h' }, false],
    [{ pinTimeToLive: '4m' }, false],
    [{ sendPinPerPhoneNumberLimit: '5/1d' }, true],
    [{ sendPinPerPhoneNumberLimit: '5/2d' }, false],
    [{ sendPinPerPhoneNumberLimit: '4/1d' }, false],
    [{ sendPinPerPhoneNumberLimit: '6/1d' }, false],
    [{ sendPinPerPhoneNumberLimit: '1/4h' }, false],
    [{ sendPinPerApplicationLimit: '1000/1d' }, true],
    [{ sendPinPerApplicationLimit: '1001/1d' }, false],
    [{ sendPinPerApplicationLimit: '500/12h' }, true],
    [{ sendPinPerApplicationLimit: '501/12h' }, false],
    [{ sendPinPerApplicationLimit: '999/1d' }, false],
    [{ sendPinPerApplicationLimit: '1000/7d' }, false],
    [{ sendPinPerApplicationLimit: '900/20h' }, false],
    // A second window begins within the day.
    [{ sendPinPerApplicationLimit: '1000/20h' }, false],
    [{ verifyPinLimit: '2/1s' }, true],
    [{ verifyPinLimit: '1/1s' }, false],
    [{ verifyPinLimit: '3/3s' }, false],
    [{ verifyPinLimit: '11/1d' }, true],
  ])('%j: safe is %s (SR-B01)', (changes, safe) => {
    expect(wrong(changes)).toEqual(safe ? [] : Object.keys(changes))
  })

  it.each([undefined, null, '', 'soon', '3 / 1d', '0/1d', '1/0s', `${'9'.repeat(20)}/1d`])(
    'are not taken for safe when they say %j',
    (value) => {
      for (const setting of ['pinTimeToLive', 'verifyPinLimit', 'sendPinPerApplicationLimit'] as const) {
        expect(wrong({ [setting]: value })).toEqual([setting])
      }
      expect(JSON.stringify(reviewSettings({ ...SAFE, verifyPinLimit: '\u001b[2J' }, TERMS))).toContain(
        'verifyPinLimit is unreadable',
      )
    },
  )

  it('have to fit how often the server checks, and how long it says that a code lives', () => {
    expect(wrong({ verifyPinLimit: '1/3s' }, { checkInterval: 4 })).toEqual([])
    expect(wrong({ pinTimeToLive: '5m' }, { codeLifetime: 301 })).toEqual(['pinTimeToLive'])
  })

  it('have to let through what the server lets through', () => {
    const raised = { dailyBudget: 5000, numberPerDay: 10, wrongCodes: 20 }
    expect(wrong({}, raised)).toEqual(['sendPinPerApplicationLimit', 'sendPinPerPhoneNumberLimit'])
    const fitting = { sendPinPerApplicationLimit: '5000/1d', sendPinPerPhoneNumberLimit: '10/1d' }
    expect(wrong(fitting, raised)).toEqual([])
    expect(wrong({ verifyPinLimit: '11/1d' }, { wrongCodes: 20 })).toEqual(['verifyPinLimit'])
    const [found] = reviewSettings(SAFE, { ...TERMS, dailyBudget: 5000 })
    expect(found).toMatchObject({
      message:
        'sendPinPerApplicationLimit is 1000/1d: the sites may send 5000 messages a day, and Infobip stops earlier.',
      fix: 'Run otp-verify setup, or set sendPinPerApplicationLimit to 5000/1d.',
    })
  })

  it.each<[Configuration, string, string]>([
    // As in Infobip's own quick start in Python.
    [
      { verifyPinLimit: '5000/12h', sendPinPerApplicationLimit: '2/4s', sendPinPerPhoneNumberLimit: '2/1d' },
      'verifyPinLimit',
      'sendPinPerApplicationLimit',
    ],
    [
      { verifyPinLimit: '3/1d', sendPinPerPhoneNumberLimit: '1/3s' },
      'verifyPinLimit',
      'sendPinPerPhoneNumberLimit',
    ],
    [
      { sendPinPerPhoneNumberLimit: '1000/1d', sendPinPerApplicationLimit: '3/1d' },
      'sendPinPerPhoneNumberLimit',
      'sendPinPerApplicationLimit',
    ],
  ])('%j are named as swapped', (changes, one, other) => {
    const found = reviewSettings({ ...SAFE, ...changes }, TERMS)
    expect(found.slice(0, 2).map(({ setting }) => setting)).toEqual([one, other])
    expect(found[0]!.message).toContain(`looks swapped with ${other}`)
    expect(found[1]!.message).toContain(`looks swapped with ${one}`)
  })
})

it('an application that is switched off is named', () => {
  const application = { applicationId: 'A', name: 'x', configuration: SAFE }
  expect(reviewApplication({ ...application, enabled: false }, TERMS)).toMatchObject([
    { check: 'infobip.enabled' },
  ])
  for (const enabled of [true, undefined]) {
    expect(reviewApplication({ ...application, enabled }, TERMS)).toEqual([])
  }
})
