import { expect, it } from 'vitest'
import { MESSAGE_TEXTS } from '../message/texts.js'
import { messagesIn } from './setup-messages.js'
import { planTemplates } from './setup-templates.js'

const wish = (...languages: string[]) => ({
  ...{ name: 'otp-verify', brand: undefined, sender: undefined, hostPlaceholder: 'host', codeLength: 6 },
  messages: messagesIn(languages, MESSAGE_TEXTS),
})
const NONE = { messageIds: {}, longMessageIds: {}, sites: [] }

it.each([
  [['en', 'pt-PT'], 'pt_pt'],
  [['en', 'pt-BR'], 'pt_br'],
  [['en', 'pt-PT', 'pt-BR'], 'pt_br'],
])('pages in Portuguese of no country get the text of it that there is: %j', (languages, language) => {
  const steps = planTemplates([], wish(...languages), NONE)
  expect(steps.filter(({ tags }) => tags.includes('pt')).map(({ request }) => request.language)).toEqual([
    language,
  ])
})

it('the template that is configured for a language is meant before one that is for another, too', () => {
  const template = { pinType: 'NUMERIC', pinLength: 6 } as const
  const [brazil, portugal] = ['B', 'P'].map((id) => ({
    ...template,
    ...{ messageId: id, messageText: `${id} {{pin}}`, language: id === 'B' ? 'pt_br' : 'pt_pt' },
  })) as [never, never]
  const messageIds = { default: 'D', 'pt-BR': 'B', 'pt-PT': 'P', pt: 'P' }
  for (const templates of [
    [brazil, portugal],
    [portugal, brazil],
  ]) {
    const steps = planTemplates(templates, wish('en', 'pt-BR', 'pt-PT'), { ...NONE, messageIds })
    expect(steps.slice(1).map(({ id }) => id)).toEqual(['B', 'P'])
  }
})
