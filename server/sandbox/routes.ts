import { createApplication, getApplication, listApplications, updateApplication } from './applications.js'
import {
  read,
  resendRequest,
  sendQuery,
  startEmailRequest,
  startRequest,
  verificationsQuery,
  verifyRequest,
} from './bodies.js'
import type { Operation } from './faults.js'
import { resend, startAuthentication } from './sending.js'
import type { State } from './state.js'
import {
  createEmailTemplate,
  createPhoneTemplate,
  getTemplate,
  listTemplates,
  updateEmailTemplate,
  updatePhoneTemplate,
} from './templates.js'
import { verifications, verify } from './verifying.js'

/** A request that may be served, read. */
export interface Call {
  params: { appId: string; msgId: string; pinId: string }
  query: Record<string, string>
  /** The JSON body; `undefined` when there was none. */
  body: unknown
  /** Whether the number turns out not to be reachable. */
  unreachable: boolean
  /** The number that the answer to a verify is to name instead of the true one. */
  foreignMsisdn: string | undefined
}

/** What the service answers when it does as asked. */
interface Answer {
  status: number
  body: object
}

/** One of the 18 operations. */
export interface Route {
  operation: Operation
  method: 'GET' | 'POST' | 'PUT'
  path: string
  /** Scopes of which a key needs one. */
  scopes: readonly string[]
  /** Requests of the whole account, where a limit is published. */
  limit?: string
  serve: (state: State, call: Call) => Answer
  /** The number or address a request is about, where it is not the PIN's. */
  destination?: (call: Pick<Call, 'query' | 'body'>) => unknown
}

const MANAGE = ['2fa:manage']
const SEND = ['2fa:manage', '2fa:pin:send']
const RESEND_EMAIL = ['2fa:pin:manage', '2fa:pin:send']

const APPLICATIONS = '/2fa/2/applications'
const APPLICATION = `${APPLICATIONS}/:appId`
const PIN = '/2fa/2/pin'

const ok = (body: object): Answer => ({ status: 200, body })

const toOfBody: Route['destination'] = ({ body }) => (body as { to?: unknown } | null | undefined)?.to

const applications: Route[] = [
  {
    operation: 'listApplications',
    method: 'GET',
    path: APPLICATIONS,
    scopes: MANAGE,
    limit: '50/10m',
    serve: (state) => ok(listApplications(state)),
  },
  {
    operation: 'createApplication',
    method: 'POST',
    path: APPLICATIONS,
    scopes: MANAGE,
    limit: '20/10m',
    serve: (state, { body }) => ({ status: 201, body: createApplication(state, body) }),
  },
  {
    operation: 'getApplication',
    method: 'GET',
    path: APPLICATION,
    scopes: MANAGE,
    limit: '100/10m',
    serve: (state, { params }) => ok(getApplication(state, params.appId)),
  },
  {
    operation: 'updateApplication',
    method: 'PUT',
    path: APPLICATION,
    scopes: MANAGE,
    limit: '40/10m',
    serve: (state, { params, body }) => ok(updateApplication(state, params.appId, body)),
  },
]

const templates: Route[] = [
  {
    operation: 'listMessages',
    method: 'GET',
    path: `${APPLICATION}/messages`,
    scopes: MANAGE,
    serve: (state, { params }) => ok(listTemplates(state, params.appId)),
  },
  {
    operation: 'createMessage',
    method: 'POST',
    path: `${APPLICATION}/messages`,
    scopes: MANAGE,
    serve: (state, { params, body }) => ok(createPhoneTemplate(state, params.appId, body)),
  },
  {
    operation: 'getMessage',
    method: 'GET',
    path: `${APPLICATION}/messages/:msgId`,
    scopes: MANAGE,
    serve: (state, { params }) => ok(getTemplate(state, params.appId, params.msgId)),
  },
  {
    operation: 'updateMessage',
    method: 'PUT',
    path: `${APPLICATION}/messages/:msgId`,
    scopes: MANAGE,
    serve: (state, { params, body }) => ok(updatePhoneTemplate(state, params.appId, params.msgId, body)),
  },
  {
    operation: 'createEmailMessage',
    method: 'POST',
    path: `${APPLICATION}/email/messages`,
    scopes: MANAGE,
    limit: '20/10m',
    serve: (state, { params, body }) => ok(createEmailTemplate(state, params.appId, body)),
  },
  {
    operation: 'updateEmailMessage',
    method: 'PUT',
    path: `${APPLICATION}/email/messages/:msgId`,
    scopes: MANAGE,
    limit: '40/10m',
    serve: (state, { params, body }) => ok(updateEmailTemplate(state, params.appId, params.msgId, body)),
  },
]

const sends: Route[] = [
  {
    operation: 'send',
    method: 'POST',
    path: PIN,
    scopes: SEND,
    destination: toOfBody,
    serve: (state, { query, body, unreachable }) => {
      const { ncNeeded = true } = read(sendQuery(state.behaviour.undefinedInQuery), query)
      const request = read(startRequest, body)
      return ok(startAuthentication(state, request, { channel: 'sms', lookup: ncNeeded, unreachable }))
    },
  },
  {
    operation: 'voice',
    method: 'POST',
    path: `${PIN}/voice`,
    scopes: SEND,
    destination: toOfBody,
    serve: (state, { body }) =>
      ok(startAuthentication(state, read(startRequest, body), { ...PLAIN, channel: 'voice' })),
  },
  {
    operation: 'email',
    method: 'POST',
    path: `${PIN}/email`,
    scopes: SEND,
    destination: toOfBody,
    serve: (state, { body }) =>
      ok(startAuthentication(state, read(startEmailRequest, body), { ...PLAIN, channel: 'email' })),
  },
]

const PLAIN = { lookup: false, unreachable: false }

const pins: Route[] = [
  {
    operation: 'resend',
    method: 'POST',
    path: `${PIN}/:pinId/resend`,
    scopes: SEND,
    // A resend has no ncNeeded, and its sample answers show what a lookup found.
    serve: (state, { params, body, unreachable }) =>
      ok(
        resend(state, params.pinId, read(resendRequest, body), { channel: 'sms', lookup: true, unreachable }),
      ),
  },
  {
    operation: 'resendVoice',
    method: 'POST',
    path: `${PIN}/:pinId/resend/voice`,
    scopes: SEND,
    serve: (state, { params, body }) =>
      ok(
        resend(state, params.pinId, read(resendRequest, body), {
          channel: 'voice',
          lookup: true,
          unreachable: false,
        }),
      ),
  },
  {
    operation: 'resendEmail',
    method: 'POST',
    path: `${PIN}/:pinId/resend/email`,
    scopes: RESEND_EMAIL,
    serve: (state, { params, body }) =>
      ok(resend(state, params.pinId, read(resendRequest, body), { ...PLAIN, channel: 'email' })),
  },
  {
    operation: 'verify',
    method: 'POST',
    path: `${PIN}/:pinId/verify`,
    scopes: SEND,
    serve: (state, { params, body, foreignMsisdn }) =>
      verify(state, params.pinId, read(verifyRequest, body).pin, foreignMsisdn),
  },
  {
    operation: 'verifications',
    method: 'GET',
    path: `${APPLICATION}/verifications`,
    scopes: SEND,
    destination: ({ query }) => query['msisdn'],
    serve: (state, { params, query }) =>
      ok(
        verifications(state, params.appId, read(verificationsQuery(state.behaviour.undefinedInQuery), query)),
      ),
  },
]

/** All 18. The plain sends come before the paths that hold a pinId. */
export const ROUTES: readonly Route[] = [...applications, ...templates, ...sends, ...pins]
