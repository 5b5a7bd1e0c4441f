import { MINUTE } from '../../time.js'
import type { Weakness } from '../../weakness.js'
import { everyDay, mostInADay, readDuration, readLimit, type Limit } from './limit.js'
import type { Application, Configuration, Settings } from './management-answers.js'

/** What an application has to match. */
export interface Terms {
  /** Messages that all sites together may send in a day. */
  dailyBudget: number
  /** Seconds between two checks of a verification that the server allows, at the site that allows most. */
  checkInterval: number
  /** Seconds for which visitors are told that a code is valid, at the site where that is longest. */
  codeLifetime: number
  /** Messages that the server allows a number in a day. */
  numberPerDay: number
  /** Wrong codes that it allows a number in a day: a higher limit does not affect honest visitors. */
  wrongCodes: number
}

/** A setting that should be changed. */
export interface SettingWeakness extends Weakness {
  setting: keyof Settings
  /** What is wrong with what it is now. */
  because: string
}

/** How an application should be set. */
export function safeSettings(terms: Terms): Settings {
  const { dailyBudget, checkInterval, codeLifetime } = terms
  return {
    pinAttempts: 5,
    allowMultiplePinVerifications: false,
    pinTimeToLive: codeLifetime > 300 ? `${Math.ceil(codeLifetime / 60)}m` : '5m',
    // A typo corrected at once never reaches it; the attempts of a code bound guessing.
    verifyPinLimit: `3/${checkInterval}s`,
    sendPinPerApplicationLimit: `${dailyBudget}/1d`,
    sendPinPerPhoneNumberLimit: `${numberBudget(terms)}/1d`,
  }
}

/** Messages that a number may really have in a day. */
function numberBudget({ numberPerDay, dailyBudget }: Terms): number {
  return Math.min(numberPerDay, dailyBudget)
}

/** Settings of an application that should not stay as they are, because the server cannot make up for them. */
export function reviewSettings(told: Configuration, terms: Terms): SettingWeakness[] {
  const swapped = swappedLimits(told)
  const named = new Set(swapped.map(({ setting }) => setting))
  const safe = safeSettings(terms)
  const found = Object.entries(RULES).flatMap(([name, rule]): SettingWeakness[] => {
    const setting = name as keyof Settings
    if (named.has(setting)) return []
    const wrong = rule(told, terms)
    return wrong === undefined ? [] : [weakness(setting, told, wrong, safe)]
  })
  return [...swapped.map(({ setting, message }) => weakness(setting, told, message, safe)), ...found]
}

/** Reviews an application: its settings, and whether it sends at all. */
export function reviewApplication({ enabled, configuration }: Application, terms: Terms): Weakness[] {
  return [
    ...(enabled === false
      ? [
          {
            check: 'infobip.enabled',
            message: 'The application is switched off: Infobip sends nothing for it.',
            fix: 'Run otp-verify setup, or switch it on in the portal.',
          },
        ]
      : []),
    ...reviewSettings(configuration, terms).map(({ check, message, fix }) => ({ check, message, fix })),
  ]
}

function weakness(
  setting: keyof Settings,
  told: Configuration,
  because: string,
  safe: Settings,
): SettingWeakness {
  return {
    setting,
    because,
    check: `infobip.${setting}`,
    message: `${setting} is ${shown(told[setting])}: ${because}`,
    fix: `Run otp-verify setup, or set ${setting} to ${safe[setting]}.`,
  }
}

/** A setting as it may be printed: what Infobip sent is a word or a number of the expected form, or is not repeated. */
export function shown(value: Configuration[keyof Configuration]): string {
  if (value === undefined || value === null) return 'not told'
  if (typeof value !== 'string') return String(value)
  return (readDuration(value) ?? readLimit(value)) ? value : 'unreadable'
}

type Rule = (told: Configuration, terms: Terms) => string | undefined

/** What is wrong with each setting, if anything is. */
const RULES: Record<keyof Settings, Rule> = {
  allowMultiplePinVerifications: ({ allowMultiplePinVerifications: allowed }) =>
    allowed === false ? undefined : 'a code that was used can be used again.',

  pinAttempts: ({ pinAttempts }) =>
    typeof pinAttempts === 'number' && pinAttempts >= 1 && pinAttempts <= 5
      ? undefined
      : 'a code allows five guesses at most.',

  pinTimeToLive: ({ pinTimeToLive }, { codeLifetime }) => {
    const lifetime = readDuration(pinTimeToLive ?? '')
    if (lifetime === undefined || lifetime > 10 * MINUTE) {
      return 'a code lives ten minutes at most; five are recommended.'
    }
    return lifetime < codeLifetime * 1000
      ? `visitors are told that it lives ${codeLifetime} seconds.`
      : undefined
  },

  verifyPinLimit: ({ verifyPinLimit }, { checkInterval, wrongCodes }) => {
    const limit = readLimit(verifyPinLimit ?? '')
    const isLoose = limit && (limit.count > limit.window / (checkInterval * 1000) || limit.count > wrongCodes)
    return isLoose
      ? undefined
      : `visitors who correct a typo hit it, since the server allows a check every ${plural(checkInterval)}.`
  },

  sendPinPerApplicationLimit: ({ sendPinPerApplicationLimit }, { dailyBudget }) => {
    const limit = readLimit(sendPinPerApplicationLimit ?? '')
    if (!limit || mostInADay(limit) > dailyBudget) {
      return `the sites may send ${dailyBudget} messages a day, and Infobip should stop at no more.`
    }
    return everyDay(limit) < dailyBudget
      ? `the sites may send ${dailyBudget} messages a day, and Infobip stops earlier.`
      : undefined
  },

  sendPinPerPhoneNumberLimit: ({ sendPinPerPhoneNumberLimit }, terms) => {
    const most = numberBudget(terms)
    const limit = readLimit(sendPinPerPhoneNumberLimit ?? '')
    if (!limit || mostInADay(limit) > most) return `a number gets ${most} messages a day at most.`
    return everyDay(limit) < most
      ? `the server allows a number ${most} messages a day, and Infobip stops earlier.`
      : undefined
  },
}

function plural(seconds: number): string {
  return seconds === 1 ? 'second' : `${seconds} seconds`
}

interface Swapped {
  setting: keyof Settings
  message: string
}

/** Limits in the order in which they should grow: checks of a number, messages to a number, all messages. */
const BY_SIZE = ['verifyPinLimit', 'sendPinPerPhoneNumberLimit', 'sendPinPerApplicationLimit'] as const

/**
 * Limits whose values were swapped. Infobip's own quick start in Python swaps `verifyPinLimit` and `sendPinPerApplicationLimit`;
 * copying it lifts the limit on guessing and limits sending instead.
 */
function swappedLimits(told: Configuration): Swapped[] {
  for (const [small, large] of [
    [BY_SIZE[0], BY_SIZE[2]],
    [BY_SIZE[0], BY_SIZE[1]],
    [BY_SIZE[1], BY_SIZE[2]],
  ] as const) {
    const [one, other] = [readLimit(told[small] ?? ''), readLimit(told[large] ?? '')]
    if (!one || !other || !isSwapped(one, other, small === 'verifyPinLimit')) continue
    return [
      { setting: small, message: `it looks swapped with ${large}, which is ${told[large]}.` },
      { setting: large, message: `it looks swapped with ${small}, which is ${told[small]}.` },
    ]
  }
  return []
}

function isSwapped(small: Limit, large: Limit, checks: boolean): boolean {
  if (small.count <= large.count) return false
  return checks ? small.window > large.window : mostInADay(small) > mostInADay(large)
}
