import { UNKNOWN_PIN, refused, createTemplate, type Cases } from './cases.js'
import { type Answered, type OpenSandbox } from './client.js'

/** Sends so often that the second of two sends to a number is over the limit. */
async function overTheLimit(sandbox: OpenSandbox): Promise<Answered> {
  await sandbox.configure({ sendPinPerPhoneNumberLimit: '1/10s' })
  await sandbox.send()
  return sandbox.send()
}

/** How the service at large, its applications and its templates behave. */
export const serviceCases = {
  errorEnvelope: {
    see: async (s) => Object.keys((await s.verify(UNKNOWN_PIN, '1')).body),
    expected: {
      older: ['requestError'],
      newer: ['errorCode', 'description', 'action', 'violations', 'resources'],
    },
  },
  forbiddenMessageId: {
    see: async (s) => refused(await s.call('GET', '/2fa/2/applications', undefined, s.sendOnlyApiKey)),
    expected: { FORBIDDEN: [403, 'FORBIDDEN'], UNAUTHORIZED: [403, 'UNAUTHORIZED'] },
  },
  contentType: {
    see: async (s) => [
      (await s.send()).headers.get('content-type'),
      (await s.verify(UNKNOWN_PIN, '1')).headers.get('content-type'),
    ],
    expected: {
      plain: ['application/json', 'application/json'],
      charset: ['application/json;charset=UTF-8', 'application/json;charset=UTF-8'],
      absentOnErrors: ['application/json', null],
    },
  },
  requestId: {
    see: async (s) => (await s.send()).headers.has('x-request-id'),
    expected: { absent: false, sent: true },
  },
  trailingSlash: {
    see: async (s) => {
      const { applicationId, messageId } = s
      return (await s.call('POST', '/2fa/2/pin/', { applicationId, messageId, to: '41793026727' })).status
    },
    expected: { accepted: 200, refused: 404 },
  },
  undefinedInQuery: {
    see: async (s) => (await s.send('41793026727', {}, '?ncNeeded=undefined')).status,
    expected: { accepted: 200, refused: 400 },
  },
  throttleError: {
    see: async (s) => refused(await overTheLimit(s)),
    expected: {
      TOO_MANY_REQUESTS: [429, 'TOO_MANY_REQUESTS'],
      THROTTLE_EXCEPTION: [429, 'THROTTLE_EXCEPTION'],
      E429: [429, 'E429'],
    },
  },
  throttleStatus: {
    see: async (s) => (await overTheLimit(s)).status,
    expected: { 429: 429, 400: 400, 403: 403, 503: 503 },
  },
  retryAfter: {
    see: async (s) => (await overTheLimit(s)).headers.get('retry-after'),
    expected: { absent: null, sent: '10' },
  },
  limitWindow: {
    see: async (s) => {
      await s.configure({ sendPinPerPhoneNumberLimit: '2/10s' })
      await s.send()
      s.pass(9000)
      await s.send()
      s.pass(1000)
      return [(await s.send()).status, (await s.send()).status]
    },
    expected: { fixed: [200, 200], sliding: [200, 429] },
  },
  limitSpelling: {
    see: async (s) => (await s.configure({ verifyPinLimit: ' 3 / 1D', pinTimeToLive: '15 M' })).status,
    expected: { exact: 400, forgiving: 200 },
  },
  putApplication: {
    see: async (s) => (await s.configure({ verifyPinLimit: '2/s' })).body.configuration.pinAttempts,
    expected: { merges: 5, replaces: 10 },
  },
  pinPlaceholderInReads: {
    see: async (s) =>
      (await s.call('GET', `/2fa/2/applications/${s.applicationId}/messages/${s.messageId}`)).body
        .pinPlaceholder,
    expected: { absent: undefined, sent: '{{pin}}' },
  },
  pinLengthRange: {
    see: async (s) => (await createTemplate(s, { pinLength: 9 })).status,
    expected: { '1-8': 400, '1-32': 200 },
  },
  defaultPinLength: {
    see: async (s) => (await createTemplate(s, {})).body.pinLength,
    expected: { 4: 4, 6: 6 },
  },
} satisfies Cases<
  | 'errorEnvelope'
  | 'forbiddenMessageId'
  | 'contentType'
  | 'requestId'
  | 'trailingSlash'
  | 'undefinedInQuery'
  | 'throttleError'
  | 'throttleStatus'
  | 'retryAfter'
  | 'limitWindow'
  | 'limitSpelling'
  | 'putApplication'
  | 'pinPlaceholderInReads'
  | 'pinLengthRange'
  | 'defaultPinLength'
>
