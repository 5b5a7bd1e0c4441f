/**
 * A simulated Infobip 2FA service over HTTP, with a phone that shows what it "sends".
 *
 * ```ts
 * const sandbox = await startSandbox({ port: 0 })
 * // point a client at sandbox.url, with sandbox.apiKey, sandbox.applicationId and sandbox.messageId
 * const [message] = sandbox.messages('+12025550123')
 * await sandbox.stop()
 * ```
 *
 * @packageDocumentation
 */
export type { Configuration } from './records.js'
export { DEFAULT_BEHAVIOUR, SWITCHES, type Behaviour, type SwitchName } from './behaviour.js'
export type { DeliveryTarget } from './delivery-reports.js'
export { OPERATIONS, type FaultInput, type Operation } from './faults.js'
export type { MessageChannel, SandboxMessage } from './inbox.js'
export { startSandbox, type RunningSandbox, type StartOptions } from './listen.js'
export type { RandomBytes } from '../random.js'
export type { SandboxRequest } from './request-log.js'
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.js'
