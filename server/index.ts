/**
 * The server in parts, for mounting it inside a server of your own.
 *
 * @packageDocumentation
 */
export { createApp, type AppDeps } from './app.js'
export { createConfiguredApp, type ConfiguredApp } from './assembly/assemble.js'
export { openStore } from './assembly/open-store.js'
export { readWidget } from './assembly/widget-script.js'
export { readConfig, type Config } from './config/config.js'
export { ConfigError } from './config/config-error.js'
export type { Challenge } from './guard/challenge.js'
export type { TrustedProxies } from './http/client-address.js'
export type { WidgetScript } from './http/widget-routes.js'
export { nextHandlers, type FetchHandler, type RouteHandler, type RouteHandlers } from './next.js'
export type { Alert, Notify } from './observe/alert.js'
export type { Observe, ServerEvent } from './observe/events.js'
export { infobipDeliveryReports } from './provider/infobip/delivery-reports.js'
export { infobipProvider, type InfobipDeps, type InfobipSettings } from './provider/infobip/infobip.js'
export type {
  CheckOutcome,
  DeliveryReport,
  DeliveryReports,
  Provider,
  ProviderCall,
  SendOutcome,
  SendRequest,
} from './provider/provider.js'
export type { Site, Sites } from './site/site.js'
export { memoryStore, type MemoryStoreOptions } from './store/memory.js'
export {
  StoreError,
  StoreFullError,
  UnreplicatedError,
  type Attempt,
  type AttemptRefusal,
  type Charge,
  type ChargedBy,
  type OfNumber,
  type AccountChanges,
  type Receipt,
  type ResendRefusal,
  type Settlement,
  type Short,
  type Store,
  type Verification,
  type VerificationFacts,
  type VerificationTerms,
} from './store/store.js'
export { openKeyRing, type KeyRing, type KeyRingDeps, type KeySource } from './token/key-ring.js'
export { parseKeys, SigningKeysError, type PrivateJwk } from './token/key-set.js'
export { signingKeys, type Signer, type SigningKeys } from './token/keys.js'
