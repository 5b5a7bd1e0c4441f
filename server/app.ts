import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { watchLimits } from './alerts/provider.js'
import { tellerOver } from './alerts/teller.js'
import { watchOver } from './alerts/watch.js'
import { issueChallenge } from './challenge/issuing.js'
import { siteChallenges } from './challenge/site-challenges.js'
import type { Challenge } from './guard/challenge.js'
import { conversionOver } from './guard/conversion.js'
import { createGuard } from './guard/guard.js'
import { namesUnder } from './guard/names.js'
import { redeemLimits } from './guard/redeem-limits.js'
import { ofThisHostOnly } from './http/answer.js'
import { atOnce } from './http/at-once.js'
import { clientAddress, ifTold, type TrustedProxies } from './http/client-address.js'
import { crossOrigin, isShared, SHARED } from './http/cross-origin.js'
import { deliveryRoutes } from './http/delivery-routes.js'
import type { AppEnv } from './http/env.js'
import { followCalls } from './http/follow-calls.js'
import { httpsOnly } from './http/https-only.js'
import { methodsOf } from './http/methods.js'
import { errorsOnly, notFound, toProblem } from './http/problems.js'
import { publicRoutes } from './http/public-routes.js'
import { siteverifyRoutes } from './http/siteverify-routes.js'
import { verificationRoutes } from './http/verification-routes.js'
import { widgetRoutes, type WidgetScript } from './http/widget-routes.js'
import type { Notify } from './observe/alert.js'
import { recordDeliveries } from './observe/deliveries.js'
import type { Observe } from './observe/events.js'
import { following, noting, type Trace } from './observe/trace.js'
import { digestsUnder, type Digests } from './pepper/digests.js'
import type { DeliveryReports, Provider } from './provider/provider.js'
import type { RandomBytes } from './random.js'
import type { Site, Sites } from './site/site.js'
import type { Sleep } from './store/insist.js'
import type { Store } from './store/store.js'
import { jwtIssuer } from './token/issuer.js'
import type { SigningKeys } from './token/keys.js'
import { createRedeem, type Redeem } from './token/redeem.js'
import { createFlow } from './verification/create-flow.js'
import { idempotent } from './verification/idempotency.js'
import { senderConstrained } from './verification/sender-constraint.js'

/**
 * Everything a server is made of. Nothing is read from the environment. This process's clock is used for logs only; all
 * decisions go by the store's.
 */
export interface AppDeps {
  /** Where browsers and backends reach this server: the `iss` of its tokens. May carry a path. */
  publicUrl: string
  sites: Sites
  provider: Provider
  store: Store
  signingKeys: SigningKeys
  /** At least 32 bytes; keys the digests under which numbers are stored. */
  pepper: Uint8Array
  /** A second one, while one replaces the other: what was stored under it is still found, but nothing new is stored under it. */
  otherPepper?: Uint8Array | undefined
  /** The built widget script; left out by servers whose pages bundle the element themselves. */
  widget?: WidgetScript | undefined
  /** Calls in work at once; more are turned away with `service_unavailable`. @default 1000 */
  mostAtOnce?: number
  /** What visitors may be asked to solve. @default what their site has chosen */
  challenge?: Challenge
  /** Proxies that are believed about the client's address. @default none: the client is whoever connects */
  trustedProxies?: TrustedProxies
  /** How the provider reports what became of messages. @default no reports are taken */
  deliveryReports?: DeliveryReports | undefined
  /** Sends alerts. @default they are only logged */
  notify?: Notify
  observe: Observe
  /** Traces the steps of every call. @default no call is traced, which costs nothing */
  trace?: Trace | undefined
  random: RandomBytes
  sleep: Sleep
}

/** What a call may wait for in the store. */
const STORE_STEPS = [
  'now',
  'recent',
  'get',
  'add',
  'recordSend',
  'discard',
  'reserveResend',
  'returnResend',
  'reserveAttempt',
  'settleAttempt',
  'claim',
  'release',
  'isClaimed',
  'consume',
  'refund',
  'apply',
  'sums',
  'standing',
  'begin',
  'complete',
  'abandon',
] as const

/**
 * Builds the server without starting it, so that tests and other servers can call it without a port.
 *
 * @throws TypeError for a pepper that is too short, and for other mistakes that would only show when every call is refused
 */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  checkDeps(deps)
  const { sites, random, sleep, signingKeys, widget, trace } = deps
  const follow = following(trace)
  const store = follow('store', deps.store, STORE_STEPS)
  const observe = noting(trace, deps.observe)
  const { mostAtOnce = 1000, trustedProxies = 0 } = deps
  const publicUrl = deps.publicUrl.replace(/\/+$/, '')
  const digests = digestsUnder(deps.pepper, deps.otherPepper)
  const { challenge = siteChallenges({ store, digests, random }) } = deps
  const { notify = () => {} } = deps
  const names = namesUnder(digests)
  const conversion = conversionOver(store, names)
  const teller = tellerOver({ store, notify, observe })
  const followed = follow('provider', deps.provider, ['send', 'resend', 'check'])
  const provider = watchLimits(followed, teller, digests)
  const watch = watchOver({ store, conversion, teller })
  const guard = follow('guard', createGuard({ store, digests, challenge, watch, observe, random, sleep }), [
    'admitStart',
    'admitResend',
    'admitCheck',
    'admitGuess',
    'proven',
    'disproven',
  ])
  const issuer = follow('token', jwtIssuer(publicUrl, signingKeys, random), ['issue'])
  const flow = createFlow({ sites, guard, provider, store, issuer, digests, observe, random, sleep })
  const gate = atOnce(mostAtOnce)
  const base = new URL(publicUrl).pathname.replace(/\/$/, '')

  const everywhere = new Hono<AppEnv>()
  if (base !== '') everywhere.use(ofThisHostOnly)
  everywhere.use(errorsOnly)
  // A caller that could choose the request id could write into our log.
  everywhere.use(requestId({ headerName: '' }))
  const app = everywhere.basePath(base)
  app.onError(toProblem(observe))
  app.notFound(notFound((path) => methodsOf(app, path, isShared(path.slice(base.length)))))
  if (trace) app.use(followCalls(trace))
  // Without https in its own address the server is a trial on one machine.
  if (publicUrl.startsWith('https:')) app.use(httpsOnly(trustedProxies, observe))
  app.use(SHARED, crossOrigin(sites, observe))
  app.route('/', publicRoutes({ sites, challenge, signingKeys, publicUrl }))
  if (widget) app.route('/', widgetRoutes(widget))
  const addressOf = clientAddress(trustedProxies)
  const limits = redeemLimits(store, names)
  const redeem = createRedeem({
    ...{ issuer: publicUrl, sites, store, signingKeys, limits, digests, observe, random, sleep },
  })
  const gated: Redeem = (...call) => gate(() => redeem(...call))
  // Backends may call from the internal network, without a proxy in between.
  app.route('/', siteverifyRoutes(gated, ifTold(addressOf), observe))
  const { deliveryReports } = deps
  if (deliveryReports) {
    app.route('/', deliveryRoutes(deliveryReports, recordDeliveries({ store, digests, observe, random })))
  }
  const calls = senderConstrained(idempotent(flow, { store, digests, random, sleep }), {
    publicUrl,
    sites,
    store,
    random,
  })
  const issue = issueChallenge(sites, challenge, { store, digests })
  app.route('/', verificationRoutes(calls, issue, { gate, addressOf, now: () => store.recent() }))
  observe({ event: 'configured', settings: settingsDigest(publicUrl, sites, digests) })
  return app
}

/** Mistakes that types do not find. */
function checkDeps({ pepper, otherPepper = pepper, mostAtOnce = 1, trustedProxies = 0 }: AppDeps): void {
  for (const one of [pepper, otherPepper]) {
    if (!ArrayBuffer.isView(one) || one.byteLength < 32)
      throw new TypeError('A pepper is a Uint8Array of at least 32 bytes.')
  }
  if (!(mostAtOnce >= 1)) throw new TypeError('mostAtOnce is 1 or more.')
  const isUsable = Array.isArray(trustedProxies)
    ? trustedProxies.every((network) => Array.isArray(network))
    : Number.isInteger(trustedProxies) && Number(trustedProxies) >= 0
  if (!isUsable)
    throw new TypeError(
      'trustedProxies is how many stand in a row, or the networks as readConfig() reads them.',
    )
}

/** Changes whenever the address or anything about a site does. Keyed with the pepper, because it covers secrets. */
function settingsDigest(publicUrl: string, sites: Sites, digests: Digests): string {
  // Serialising a site the usual way would leave its secrets out.
  function plain(this: Record<string, unknown>, name: string): unknown {
    const value = this[name]
    return value instanceof Set ? [...(value as Set<unknown>)] : value
  }
  const settings = [...sites.values()].map((site) => [site, pricesOf(site)])
  return digests.digest('settings', publicUrl, JSON.stringify(settings, plain)).slice(0, 12)
}

/** The prices by which its daily money is counted. */
function pricesOf({ dailySpend, channels, phoneRules }: Site): unknown[] | undefined {
  return (
    dailySpend &&
    [...phoneRules.countries].map((country) => channels.map((channel) => dailySpend.price(country, channel)))
  )
}
