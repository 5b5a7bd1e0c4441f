import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startSandbox } from '../../sandbox/index.js'
import { infobipManagement, ManagementError, scopeOf } from './manage.js'
import { safeSettings } from './review-application.js'
import { type Behaviour, deadUrl, fakeInfobip, hang, json, raw } from './test/fake-infobip.js'

const KEY = 'management-key-canary-93b1'
const SETTINGS = safeSettings({
  ...{ dailyBudget: 10, checkInterval: 1, codeLifetime: 300, numberPerDay: 5, wrongCodes: 10 },
})
const APPLICATION = { applicationId: 'APP1', name: 'shop', enabled: true, configuration: SETTINGS }
const TEMPLATE = {
  messageText: '{{pin}} is your code.',
  pinType: 'NUMERIC',
  pinLength: 6,
  language: 'en',
} as const

async function failure(work: Promise<unknown>): Promise<ManagementError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!(error instanceof ManagementError)) throw new Error(`No ManagementError: ${String(error)}`)
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain(KEY)
  return error
}

describe('an Infobip account', () => {
  it('is read and written through the SDK', async () => {
    const fake = await fakeInfobip(json(200, { ...APPLICATION, ...TEMPLATE, messageId: 'MSG1' }))
    const management = infobipManagement({ baseUrl: fake.url, apiKey: KEY })
    await management.application('APP1')
    await management.createApplication('shop', SETTINGS)
    await management.updateApplication('APP1', 'shop', SETTINGS)
    await management.createTemplate('APP1', TEMPLATE)
    expect(await management.updateTemplate('APP1', 'MSG1', TEMPLATE)).toMatchObject({ messageId: 'MSG1' })
    expect(fake.heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /2fa/2/applications/APP1',
      'POST /2fa/2/applications',
      'PUT /2fa/2/applications/APP1',
      'POST /2fa/2/applications/APP1/messages',
      'PUT /2fa/2/applications/APP1/messages/MSG1',
    ])
    const body = { name: 'shop', enabled: true, configuration: SETTINGS }
    expect(JSON.parse(fake.heard[2]!.body)).toEqual(body)
    for (const { headers } of fake.heard) expect(headers.authorization).toBe(`App ${KEY}`)
  })

  it.each<[string, Behaviour, RegExp]>([
    ['an unknown key', json(401, {}), /does not know the key \(401, status_401\)/],
    [
      'a key without the scope',
      json(403, { requestError: { serviceException: { messageId: 'FORBIDDEN', text: KEY } } }),
      /needs the scope 2fa:manage \(403, FORBIDDEN\)/,
    ],
    ['what it does not have', json(404, { errorCode: 'E404' }), /no such application.* \(404, E404\)/],
    ['too many calls', json(429, {}), /too many requests/],
    ['an echo', raw(500, `App ${KEY}`), /Infobip refused \(500, status_500\)/],
    ['a redirect', raw(302, '', { Location: 'https://evil.example' }), /INFOBIP_BASE_URL \(302, /],
    [
      'HTML',
      raw(200, '<html>', { 'Content-Type': 'text/html' }),
      /answer was not Infobip’s\. Check INFOBIP_BASE_URL/,
    ],
    ['a list', json(200, [APPLICATION]), /answer was not Infobip’s\. Check INFOBIP_BASE_URL/],
    [
      'another application',
      json(200, { ...APPLICATION, applicationId: 'APP2' }),
      /answer was not Infobip’s\. Check INFOBIP_BASE_URL/,
    ],
    [
      'a hostile id',
      json(200, { ...APPLICATION, applicationId: '../../sms' }),
      /answer was not Infobip’s\. Check INFOBIP_BASE_URL/,
    ],
    [
      'odd settings',
      json(200, { ...APPLICATION, configuration: { pinAttempts: '5' } }),
      /answer was not Infobip’s\. Check INFOBIP_BASE_URL/,
    ],
    ['nothing', hang, /no answer \(timeout\)/],
  ])('that answers with %s is not believed, and its answer is not repeated', async (_, behaviour, said) => {
    const fake = await fakeInfobip(behaviour)
    const management = infobipManagement({ baseUrl: fake.url, apiKey: KEY }, { timeout: 500 })
    const { message } = await failure(management.application('APP1'))
    expect(message).toMatch(said)
    expect(message).not.toContain('evil')
  })

  it('is asked under no id that would lead elsewhere, its own included (SR-B06)', async () => {
    const hostile = ['../x', 'a/b', 'a?x=', 'a#b', '', 'a'.repeat(65), 'ａ', 'a\r\nb', '%2e%2e']
    const fake = await fakeInfobip(json(200, [{ ...TEMPLATE, messageId: '../../../sms/2/text' }]))
    const management = infobipManagement({ baseUrl: fake.url, apiKey: KEY })
    for (const id of hostile) {
      await expect(Promise.resolve().then(() => management.application(id))).rejects.toThrow(ManagementError)
      await failure(Promise.resolve().then(() => management.updateTemplate('APP1', id, TEMPLATE)))
    }
    expect(fake.heard).toEqual([])
    await failure(management.templates('APP1'))
    const settings = { baseUrl: 'https://evil.example', apiKey: KEY }
    expect(() => infobipManagement(settings)).toThrow(/base URL/)
  })
})

it('a key says by reading the application what it may do (SR-B03)', async () => {
  const sandbox = await startSandbox({ port: 0 })
  const { url: baseUrl, apiKey, sendOnlyApiKey, applicationId } = sandbox
  try {
    expect(await scopeOf({ baseUrl, apiKey }, applicationId)).toBe('manages')
    expect(await scopeOf({ baseUrl, apiKey }, 'ANOTHER')).toMatchObject({ status: 404 })
    expect(await scopeOf({ baseUrl, apiKey: sendOnlyApiKey }, applicationId)).toBe('sends')
    sandbox.behave({ forbiddenMessageId: 'UNAUTHORIZED' })
    expect(await scopeOf({ baseUrl, apiKey: sendOnlyApiKey }, applicationId)).toBe('sends')
    expect(await scopeOf({ baseUrl, apiKey: 'nobodys' }, applicationId)).toBe('nothing')
  } finally {
    await sandbox.stop()
  }
  const dead = await scopeOf({ baseUrl: await deadUrl(), apiKey }, applicationId)
  expect(String(dead)).toMatch(/Infobip gave no answer \(ECONNREFUSED\)/)
  const html = raw(200, '<html>', { 'Content-Type': 'text/html' })
  for (const behaviour of [json(500, {}), json(404, {}), json(200, null), raw(200, ''), html]) {
    const { url } = await fakeInfobip(behaviour)
    expect(await scopeOf({ baseUrl: url, apiKey }, applicationId)).toBeInstanceOf(ManagementError)
  }
})
