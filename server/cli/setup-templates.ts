import { ConfigError } from '../config/config-error.js'
import { hostsInTexts, type InfobipAccount } from '../config/infobip-settings.js'
import { brandOf } from '../message/advice.js'
import { lintTemplate } from '../message/lint-template.js'
import { messageText, type MessageText } from '../message/texts.js'
import { visible } from '../message/visible.js'
import type { Template, TemplateRequest } from '../provider/infobip/management-answers.js'
import { canonicalTag, type MessageIds } from '../provider/infobip/templates.js'
import type { Weakness } from '../weakness.js'
import { brandIn, languageOf, type Message } from './setup-messages.js'
import type { Wish } from './setup-wish.js'

/** A template to be made, changed, or left as it is. */
export interface TemplateStep {
  /** `undefined` for one that is to be made. */
  id: string | undefined
  /** The languages of pages that get it; `default` stands for all others. */
  tags: readonly string[]
  request: TemplateRequest
  /** What is to be changed, in words. Empty for one that stays as it is. */
  changes: readonly string[]
  /** Advice about its text, judged with the longest host among the known sites. */
  advice: readonly Weakness[]
}

/** A host of typical length, for texts that are written before the sites are known. */
const SOME_HOST = 'accounts.shop.example'

/** What has to be done about the templates. @throws ConfigError when it cannot be known which one is meant */
export function planTemplates(
  templates: readonly Template[],
  wish: Wish,
  { messageIds, longMessageIds, sites }: Pick<InfobipAccount, 'messageIds' | 'longMessageIds' | 'sites'>,
): TemplateStep[] {
  const [host] = sites.flatMap(hostsInTexts).toSorted((one, other) => other.length - one.length)
  const others = Object.values(longMessageIds)
  const usual = templates.filter(({ messageId }) => !others.includes(messageId))
  return wish.messages.map((message): TemplateStep => {
    const { text, tags } = message
    const request = requestFor(text, wish)
    const found = configuredTemplate(usual, message, messageIds) ?? findTemplate(usual, request)
    const step = { tags, request }
    if (found === undefined)
      return { ...step, id: undefined, changes: ['new'], advice: adviceFor(request, wish, host) }
    const branded = requestFor(text, { ...wish, brand: wish.brand ?? brandIn(found, text) })
    const then = compared(found, branded, wish)
    return { ...step, id: found.messageId, ...then, advice: adviceFor(then.request, wish, host) }
  })
}

function requestFor(text: MessageText, wish: Wish): TemplateRequest {
  return {
    messageText: messageText(text, wish),
    pinType: 'NUMERIC',
    pinLength: wish.codeLength,
    language: text.language,
    ...(wish.sender !== undefined && { senderId: wish.sender }),
  }
}

/** The template configured for pages that get a message. The default one is meant only in its own language. */
function configuredTemplate(
  templates: readonly Template[],
  { text, tags }: Message,
  messageIds: Partial<MessageIds>,
): Template | undefined {
  const idOf = new Map(Object.entries(messageIds).map(([tag, id]) => [canonicalTag(tag), id]))
  return tags
    .map((tag) => {
      const found = templates.find(({ messageId }) => messageId === idOf.get(canonicalTag(tag)))
      return found && (tag !== 'default' || speaks(found, text.language)) ? found : undefined
    })
    .find((one) => one !== undefined)
}

function speaks(template: Template, language: string): boolean {
  return canonicalTag(languageOf(template)) === canonicalTag(language)
}

/** The template to use where none is configured: one that already says the same, or the only one in its language. */
function findTemplate(
  templates: readonly Template[],
  { language, messageText: text, pinLength }: TemplateRequest,
): Template | undefined {
  const spoken = templates.filter((one) => typeof one.messageText === 'string' && speaks(one, language))
  const same = spoken.find((one) => one.messageText === text && one.pinLength === pinLength)
  if (same) return same
  const alike = spoken.filter((one) => one.pinLength === pinLength || (one.pinLength ?? 0) < 6)
  if (alike.length > 1) {
    throw new ConfigError([
      `infobip.messageIds: the application has several templates in ${language}; name the one you mean in the configuration.`,
    ])
  }
  return alike[0]
}

/** What a template should say instead: the whole request, because it is not documented whether members left out would stay. */
function compared(
  template: Template,
  wanted: TemplateRequest,
  wish: Wish,
): Pick<TemplateStep, 'request' | 'changes'> {
  const changes: string[] = []
  const kept = isGood(template, wish) ? template.messageText! : undefined
  if (kept === undefined) {
    changes.push(`text: ${quoted(template.messageText ?? '')} → ${quoted(wanted.messageText)}`)
    if (!speaks(template, wanted.language)) {
      changes.push(`language: ${visible(languageOf(template))} → ${wanted.language}`)
    }
  }
  if (template.pinType !== wanted.pinType) changes.push(`pinType: ${shownWord(template.pinType)} → NUMERIC`)
  if (template.pinLength !== wanted.pinLength) {
    changes.push(`pinLength: ${template.pinLength ?? 'not told'} → ${wanted.pinLength}`)
  }
  if (wanted.senderId !== undefined && template.senderId !== wanted.senderId) {
    changes.push(`sender: ${shownWord(template.senderId)} → ${visible(wanted.senderId)}`)
  }
  const senderId = wanted.senderId ?? template.senderId ?? undefined
  const request = {
    ...wanted,
    // The language also decides how a call is spoken.
    ...(kept !== undefined && { messageText: kept, language: languageOf(template) }),
    ...(senderId !== undefined && { senderId }),
  }
  return { request, changes }
}

/** Whether a text may stay, ours or not. */
function isGood({ messageText: text }: Template, { brand, codeLength, hostPlaceholder }: Wish): boolean {
  if (typeof text !== 'string' || (brand !== undefined && !text.includes(brand))) return false
  const { weaknesses } = lintTemplate(text, { codeLength, host: SOME_HOST, hostPlaceholder })
  // Without a placeholder, either the line names a page itself or no line is wanted.
  return weaknesses.every(({ check }) => hostPlaceholder === undefined && check === 'template.origin-bound')
}

function adviceFor(
  { messageText: text, senderId }: TemplateRequest,
  wish: Wish,
  host: string | undefined,
): Weakness[] {
  const { codeLength, hostPlaceholder, brand = brandOf(senderId) } = wish
  const { advice } = lintTemplate(text, { codeLength, host: host ?? SOME_HOST, hostPlaceholder, brand })
  // How much fits into one message depends on the host.
  return host === undefined ? advice.filter(({ check }) => check !== 'template.segments') : advice
}

function quoted(text: string): string {
  return `"${visible(text)}"`
}

function shownWord(word: string | null | undefined): string {
  return word ? visible(word) : 'not told'
}
