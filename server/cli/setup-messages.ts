import type { InfobipAccount } from '../config/infobip-settings.js'
import { HOST_PLACEHOLDER } from '../config/schema.js'
import type { MessageText } from '../message/texts.js'
import type { Template } from '../provider/infobip/management-answers.js'
import { canonicalTag, type MessageIds, templateFinder } from '../provider/infobip/templates.js'
import { ArgumentError } from './argument-error.js'

/** A message that the account should have. */
export interface Message {
  text: MessageText
  /** The languages of pages that get it; `default` stands for all others. */
  tags: readonly string[]
}

/** Messages in those languages, in that order; the first is also for all other languages. @throws ArgumentError */
export function messagesIn(languages: readonly string[], known: readonly MessageText[]): Message[] {
  const found = languages.map((asked) => textIn(asked, known))
  if (found.some((one) => one === undefined)) {
    const all = known.flatMap(({ tags }) => tags).join(', ')
    throw new ArgumentError([`--language: there are texts in ${all}; write others in the Infobip portal.`])
  }
  const texts = [...new Set(found as MessageText[])]
  return texts.map((text, index) => {
    const own = tagsOf(text, texts)
    return { text, tags: index === 0 ? ['default', ...own] : own }
  })
}

/**
 * The configured messages, each in the language that Infobip gives for its template. Templates in languages for which we have no
 * text are left alone.
 */
export function messagesInUse(
  messageIds: Partial<MessageIds>,
  templates: readonly Template[],
  known: readonly MessageText[],
): Message[] {
  return [...new Set(Object.values(messageIds))].flatMap((id) => {
    const tags = Object.keys(messageIds).filter((tag) => messageIds[tag] === id)
    const template = templates.find(({ messageId }) => messageId === id)
    const text = languagesOf(template, tags)
      .map((one) => textIn(one, known))
      .find((one) => one !== undefined)
    return text ? [{ text, tags }] : []
  })
}

/**
 * The languages that a template may be in. Infobip also says English where no language was set; the pages' languages then tell
 * more.
 */
function languagesOf(template: Template | undefined, tags: readonly string[]): readonly string[] {
  const told = template ? languageOf(template) : 'en'
  if (told !== 'en') return [told]
  const named = tags.filter((tag) => tag !== 'default')
  // A template that is gone, and was the default, has no text to lose.
  const isEnglish = named.length === 0 || (template === undefined && named.length < tags.length)
  return isEnglish ? [...named, told] : named
}

/**
 * The ids that are configured of the templates that setup is about; while there are none, those of the others, whose languages
 * and placeholder they shall have.
 */
export function idsInUse({
  messageIds,
  longMessageIds,
}: Pick<InfobipAccount, 'messageIds' | 'longMessageIds'>): Partial<MessageIds> | undefined {
  return [messageIds, longMessageIds].find((ids) => ids.default !== undefined)
}

/** The placeholder in the last line of the first template that uses one to bind its code to pages. */
export function placeholderIn(templates: readonly Template[]): string | undefined {
  return templates
    .map(({ messageText }) => /(?:^|\n)@\{\{(\w+)\}\} #\{\{pin\}\}$/.exec(messageText ?? '')?.[1])
    .find((name) => name !== undefined && HOST_PLACEHOLDER.test(name))
}

/** The name before our sentence, in a text that begins with one. */
export function brandIn({ messageText }: Template, { text }: MessageText): string | undefined {
  const end = (messageText ?? '').indexOf(`: ${text}`)
  return end > 0 ? messageText!.slice(0, end) : undefined
}

/** The configured ids, with setup's replacing those of the same language, however its tag is spelt. */
export function merged(configured: Partial<MessageIds>, made: Partial<MessageIds>): MessageIds {
  const ours = new Set(Object.keys(made).map(canonicalTag))
  const others = Object.entries(configured).filter(([tag]) => !ours.has(canonicalTag(tag)))
  return { ...made, ...Object.fromEntries(others) } as MessageIds
}

/** The language of a template, as Infobip names it; English where it does not. */
export function languageOf({ language }: Template): string {
  return language ?? 'en'
}

/** The text that pages in a language get. */
function textIn(asked: string, known: readonly MessageText[]): MessageText | undefined {
  const byTag = known.flatMap(({ language, tags }) => tags.map((tag) => [tag, language] as const))
  const found = templateFinder({ default: '', ...Object.fromEntries(byTag) })(asked)
  return known.find(({ language }) => language === found)
}

/** The languages of pages that get a text, including the language without its country if no other text has that. */
function tagsOf({ tags }: MessageText, all: readonly MessageText[]): readonly string[] {
  const [plain = ''] = tags[0]!.split('-')
  return all.some((other) => other.tags.includes(plain)) ? tags : [...tags, plain]
}
