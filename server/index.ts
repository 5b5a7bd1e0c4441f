/**
 * The server as parts, for those who mount it inside a server of their own.
 *
 * @packageDocumentation
 */
export { createApp, type AppDeps } from './app.js'
export { createConfiguredApp, type ConfiguredApp } from './cli/assemble.js'
export { readConfig, type Config } from './config/config.js'
export { ConfigError } from './config/config-error.js'
export { nextHandlers, type FetchHandler, type RouteHandler, type RouteHandlers } from './next.js'
export type { Observe, ServerEvent } from './observe/events.js'
export { infobipProvider, type InfobipDeps, type InfobipSettings } from './provider/infobip/infobip.js'
export type { CheckOutcome, Provider, ProviderCall, SendOutcome, SendRequest } from './provider/provider.js'
export type { Site, Sites } from './site/site.js'
export { memoryStore, type MemoryStoreOptions } from './store/memory.js'
export { StoreError, type Store } from './store/store.js'
export { openKeyRing, type KeyRing, type KeyRingDeps, type KeySource } from './token/key-ring.js'
export { parseKeys, SigningKeysError, type PrivateJwk } from './token/key-set.js'
export { signingKeys, type Signer, type SigningKeys } from './token/keys.js'
