import { randomBytes } from 'node:crypto'
import type { Hono } from 'hono'
import { createSandboxApp } from './app.js'
import type { SandboxEnv } from './env.js'
import { seedApplication } from './applications.js'
import type { DeliveryTarget } from './delivery-reports.js'
import { behaviourSchema, DEFAULT_BEHAVIOUR, type Behaviour } from './behaviour.js'
import { Faults, faultSchema, type FaultInput } from './faults.js'
import type { SandboxMessage } from './inbox.js'
import type { RandomBytes } from '../random.js'
import type { Configuration } from './records.js'
import { RequestLog, type SandboxRequest } from './request-log.js'
import { createState } from './state.js'
import { seedTemplate } from './templates.js'

/** How a sandbox is to be. */
export interface SandboxOptions {
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: (() => number) | undefined
  /** Source of PINs and ids. @default randomBytes of node:crypto */
  random?: RandomBytes | undefined
  /** The key that may do everything. @default 'sandbox-api-key' */
  apiKey?: string | undefined
  /** The key that may send and verify but not manage. @default 'sandbox-send-only-api-key' */
  sendOnlyApiKey?: string | undefined
  /** Settings of the seeded application that differ from the sandbox's own. */
  configuration?: Partial<Configuration> | undefined
  /** Switches that differ from the default. */
  behaviour?: Partial<Behaviour> | undefined
  /** Whether only requests to a loopback name are answered. @default true */
  loopbackOnly?: boolean | undefined
}

/** A simulated Infobip 2FA service with one application and one message template, ready to use. */
export interface Sandbox {
  apiKey: string
  sendOnlyApiKey: string
  /** The seeded application. */
  applicationId: string
  /** The seeded message template: six digits. */
  messageId: string
  /** What was delivered to `to` (a number, however written, or an email address), or to all; newest last. */
  messages(to?: string): SandboxMessage[]
  /** What was asked of the simulated API, oldest first. */
  requests(): SandboxRequest[]
  /** Makes the next matching request go wrong. Throws a ZodError when the fault makes no sense. */
  arm(fault: FaultInput): void
  /** Calls off every armed fault. */
  disarm(): void
  /** Turns some switches; the others stay. Throws a ZodError for switches or values that do not exist. */
  behave(changes: Partial<Behaviour>): void
  /** Posts a report of each message that is sent with `trackDelivery` from now on; nothing where `undefined` is said. */
  reportDeliveries(target: DeliveryTarget | undefined): void
}

// Fixed, so that a server configured for the sandbox stays configured when the sandbox is restarted.
const API_KEY = 'sandbox-api-key'
const SEND_ONLY_API_KEY = 'sandbox-send-only-api-key'
const APPLICATION_ID = '5A4DB0C5A4DB0C5A4DB0C5A4DB0C0001'
const MESSAGE_ID = '5A4DB0C5A4DB0C5A4DB0C5A4DB0C0002'

/** Builds a sandbox that never listens: call its `app` as `app.request(path, init)`. */
export function createSandbox(options: SandboxOptions = {}): Sandbox & { app: Hono<SandboxEnv> } {
  const { now = Date.now, random = randomBytes, configuration = {}, loopbackOnly = true } = options
  const { apiKey = API_KEY, sendOnlyApiKey = SEND_ONLY_API_KEY, behaviour = {} } = options
  const state = createState(now, random, { ...DEFAULT_BEHAVIOUR, ...behaviourSchema.parse(behaviour) })
  seedApplication(state, APPLICATION_ID, configuration)
  seedTemplate(state, APPLICATION_ID, MESSAGE_ID)
  const faults = new Faults()
  const log = new RequestLog()
  return {
    app: createSandboxApp({ state, faults, log, keys: { apiKey, sendOnlyApiKey }, loopbackOnly }),
    apiKey,
    sendOnlyApiKey,
    applicationId: APPLICATION_ID,
    messageId: MESSAGE_ID,
    messages: (to) => state.inbox.messages(to),
    requests: () => log.requests(),
    arm: (fault) => void faults.arm(faultSchema.parse(fault)),
    disarm: () => faults.disarm(),
    behave: (changes) => {
      state.behaviour = { ...state.behaviour, ...behaviourSchema.parse(changes) }
    },
    reportDeliveries: (target) => void (state.deliveryTarget = target),
  }
}
