import { notFound } from './api-error.js'
import { getApplication } from './applications.js'
import { emailTemplateRequest, phoneTemplateRequest, read } from './bodies.js'
import { freshId } from './random.js'
import { isEmail, type TemplateIds, type Template } from './records.js'
import type { State } from './state.js'

/** Adds the template that is there from the start. */
export function seedTemplate(state: State, applicationId: string, messageId: string): void {
  state.templates.set(messageId, {
    messageId,
    applicationId,
    messageText: 'Your verification code is {{pin}}.',
    pinLength: 6,
    pinType: 'NUMERIC',
    language: 'en',
  })
}

/** All templates of an application, oldest first, or a 404. */
export function listTemplates(state: State, applicationId: string): object[] {
  getApplication(state, applicationId)
  return [...state.templates.values()]
    .filter((template) => template.applicationId === applicationId)
    .map((template) => asRead(state, template))
}

/** A template of an application, or a 404. */
export function getTemplate(state: State, applicationId: string, messageId: string): object {
  return asRead(state, findTemplate(state, applicationId, messageId))
}

/** Adds an SMS and voice template. */
export function createPhoneTemplate(state: State, applicationId: string, body: unknown): object {
  getApplication(state, applicationId)
  const { behaviour } = state
  const request = read(phoneTemplateRequest(behaviour.pinLengthRange), body)
  const pinLength = request.pinLength ?? behaviour.defaultPinLength
  return withPlaceholder(keep(state, { ...ids(state, applicationId), ...request, pinLength }))
}

/** Changes an SMS and voice template; what the body leaves out stays. */
export function updatePhoneTemplate(
  state: State,
  applicationId: string,
  messageId: string,
  body: unknown,
): object {
  const template = findTemplate(state, applicationId, messageId)
  if (isEmail(template)) throw notFound()
  const changes = read(phoneTemplateRequest(state.behaviour.pinLengthRange).partial(), body)
  return withPlaceholder(keep(state, changed(template, changes)))
}

/** Adds an email template. */
export function createEmailTemplate(state: State, applicationId: string, body: unknown): object {
  getApplication(state, applicationId)
  const request = read(emailTemplateRequest(state.behaviour.pinLengthRange), body)
  const { pinLength = 4, pinType = 'NUMERIC' } = request
  return keep(state, { ...ids(state, applicationId), ...request, pinLength, pinType })
}

/** Changes an email template; what the body leaves out stays. */
export function updateEmailTemplate(
  state: State,
  applicationId: string,
  messageId: string,
  body: unknown,
): object {
  const template = findTemplate(state, applicationId, messageId)
  if (!isEmail(template)) throw notFound()
  const changes = read(emailTemplateRequest(state.behaviour.pinLengthRange).partial(), body)
  return keep(state, changed(template, changes))
}

function findTemplate(state: State, applicationId: string, messageId: string): Template {
  getApplication(state, applicationId)
  const template = state.templates.get(messageId)
  if (template?.applicationId !== applicationId) throw notFound()
  return template
}

function ids(state: State, applicationId: string): TemplateIds {
  return { messageId: freshId(state.random), applicationId }
}

function keep<Kept extends Template>(state: State, template: Kept): Kept {
  state.templates.set(template.messageId, template)
  return template
}

function changed<Changed extends Template>(
  template: Changed,
  changes: { [Name in keyof Changed]?: Changed[Name] | undefined },
): Changed {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...template, ...Object.fromEntries(named) }
}

function asRead(state: State, template: Template): object {
  const tells = state.behaviour.pinPlaceholderInReads === 'sent' && !isEmail(template)
  return tells ? withPlaceholder(template) : template
}

function withPlaceholder(template: Template): object {
  return { ...template, pinPlaceholder: '{{pin}}' }
}
