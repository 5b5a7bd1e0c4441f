import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hono } from 'hono'
import { watchProvider } from '../alerts/provider.js'
import { tellerOver } from '../alerts/teller.js'
import type { AlertPoster } from '../alerts/webhook.js'
import { createApp } from '../app.js'
import { readConfig, type Config } from '../config/config.js'
import type { Environment } from '../config/variables.js'
import { strayOverrides } from '../guard/override-list.js'
import { createAdminApp } from '../http/admin.js'
import type { Connection } from '../http/env.js'
import { createDay } from '../observe/day.js'
import { nameOf } from '../observe/error-name.js'
import type { Observe } from '../observe/events.js'
import { worthLogging } from '../observe/foreign-origins.js'
import { createLogger, logEvents } from '../observe/log.js'
import { logDestination } from '../observe/log-destination.js'
import { createMetrics } from '../observe/metrics.js'
import { addBudgets } from '../operator/budgets.js'
import { addReadiness, readinessOf } from '../operator/readiness.js'
import { operatorReport } from '../operator/report.js'
import { operatorRoutes } from '../operator/routes.js'
import { digestsUnder } from '../pepper/digests.js'
import { infobipDeliveryReports } from '../provider/infobip/delivery-reports.js'
import type { InfobipSettings } from '../provider/infobip/infobip.js'
import type { Provider, ProviderCall } from '../provider/provider.js'
import type { RunningSandbox } from '../sandbox/index.js'
import { openKeyRing } from '../token/key-ring.js'
import { maySign } from '../token/keys.js'
import { createPeers } from '../token/peers.js'
import { crashWarnings } from './crash-warnings.js'
import { keptKeys, keptPepper } from './data-folder.js'
import { every } from './every.js'
import { lateProvider, type LateProvider } from './late-provider.js'
import { checkPermissions, evictionOf, openStore } from './open-store.js'
import { openTrace } from './open-trace.js'
import { readOperatorPage } from './operator-page.js'
import { strayWarnings } from './stray-words.js'
import { watchEviction } from './watch-eviction.js'
import { readWidget } from './widget-script.js'

/** Milliseconds between two looks at the signing keys, and at the other servers on the store. */
const REFRESH_PAUSE = 2000

/** Milliseconds between two checks whether Redis's eviction policy has changed. */
const EVICTION_PAUSE = 60_000

/** A server made from its configuration, which others may listen with or mount. */
export interface ConfiguredApp {
  config: Config
  /** Answers the public API, its script included. */
  fetch(request: Request, connection?: Connection): Response | Promise<Response>
  /** Answers health, readiness and metrics; not for the internet. */
  admin: Hono
  /** What works but should not stay so, in the configuration and in the store. */
  warnings: readonly string[]
  /** The sandbox, when there is no Infobip account. It is the only part that listens. */
  sandboxUrl: string | undefined
  /** Says at `/readyz` from now on that it is stopping, so that load balancers send no more. */
  retire(): void
  /** Leaves the store and stops the sandbox, if there is one. Nothing may be asked of the server afterwards. */
  stop(): Promise<void>
}

/**
 * Reads the configuration and builds the server, and starts the sandbox when no Infobip is configured.
 *
 * @throws ConfigError; TypeError where there is no environment; SigningKeysError, also when another server on the store has
 * other keys; StoreError when the store cannot be reached, refuses what servers ask of it, or may forget what it is told; or
 * the system's error when the sandbox's port is taken
 */
export async function createConfiguredApp(env: Environment, configFile?: string): Promise<ConfiguredApp> {
  const { load, ...app } = await assemble(env, configFile)
  try {
    await load()
  } catch (error) {
    await app.stop()
    throw error
  }
  return app
}

/** A server that loads what sending needs later. Sends that come before wait for it. */
export interface AssembledApp extends ConfiguredApp {
  /** @throws the error that kept it from being loaded */
  load(): Promise<void>
}

/**
 * Like `createConfiguredApp`, but for callers that have other things to do before what takes longest is loaded.
 *
 * @throws what createConfiguredApp throws, except for what `load` throws
 */
export async function assemble(env: Environment, configFile?: string): Promise<AssembledApp> {
  const config = await readConfig(env, configFile)
  const page = await readOperatorPage()
  const metrics = createMetrics(config.sites)
  const standardOutput = logDestination(1, (lines) => observe({ event: 'log-lost', lines }))
  const log = logEvents(createLogger(config.logLevel, standardOutput))
  const isLogged = worthLogging(Date.now)
  const day = createDay(config.sites, Date.now)
  const observe: Observe = (event) => {
    if (isLogged(event)) log(event)
    metrics.observe(event)
    day.observe(event)
  }
  const widget = await readWidget(observe)
  const startedAt = Date.now()
  let stopping = false
  const undo: (() => Promise<void>)[] = []
  undo.push(() => standardOutput.close())
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const store = await openStore(config.store)
    undo.push(() => store.close())
    await checkPermissions(config.store)
    const eviction = await watchEviction(() => evictionOf(config.store), observe)
    undo.push(every(EVICTION_PAUSE, eviction.look))
    addBudgets(metrics.registry, store, config.sites)
    const peppers = config.peppers ?? [await keptPepper(randomBytes)]
    const [pepper, otherPepper] = peppers.map((text) => Buffer.from(text))
    const source = config.signingKeys ?? (await keptKeys(randomBytes))
    const signingKeys = await openKeyRing({ source, store, now: Date.now, observe })
    const member = randomBytes(8).toString('hex')
    const digests = digestsUnder(pepper!, otherPepper)
    const peers = createPeers({
      store,
      signingKeys,
      digests,
      sitekeys: [...config.sites.keys()],
      observe,
      member,
    })
    await peers.join()
    undo.push(() => peers.leave())
    const ofStore = [...strayWarnings(await strayOverrides(store, digests)), ...(await crashWarnings(config))]
    undo.push(
      every(REFRESH_PAUSE, async () => {
        await signingKeys.refresh()
        await peers.renew()
      }),
    )
    const whyUnready = readinessOf({
      ...{ store, member, isStopping: () => stopping, maySign: () => maySign(signingKeys) },
      ...{ mayWork: peers.mayWork, mayForget: eviction.mayForget },
    })
    addReadiness(metrics.registry, whyUnready)
    const sandbox = config.infobip ? undefined : await openSandbox(config)
    if (sandbox) undo.push(() => sandbox.stop())
    const trace = await openTrace(env, { version: page?.version, sleep })
    if (trace) undo.push(() => trace.stop())
    const alerts = config.alerts && (await openWebhook(config.alerts, observe))
    if (alerts) undo.push(() => alerts.stop())
    const { deliverySecret } = config.infobip ?? {}
    const notify = alerts?.notify ?? (() => {})
    const provider = openProvider(
      config.infobip ?? sandboxAccount(sandbox!),
      observe,
      watchProvider(tellerOver({ store, notify, observe })),
    )
    const app = createApp({
      publicUrl: config.publicUrl,
      sites: config.sites,
      ...{ provider, store, signingKeys, otherPepper, widget, observe, sleep },
      pepper: pepper!,
      ...(deliverySecret && { deliveryReports: infobipDeliveryReports(deliverySecret) }),
      notify,
      trustedProxies: config.trustedProxies,
      trace,
      random: randomBytes,
    })
    return {
      config,
      fetch: (request, connection) => app.fetch(request, connection),
      admin: createAdminApp({
        registry: metrics.registry,
        whyUnready,
        operator: operatorRoutes(page, () =>
          operatorReport({
            ...{ day, store, startedAt },
            sites: config.sites,
            servers: peers.count,
            now: Date.now,
          }),
        ),
      }),
      warnings: [...config.warnings, ...ofStore],
      sandboxUrl: sandbox?.url,
      async load() {
        await provider.load()
        // Nothing waits for it: a server starts whatever Infobip's answer is.
        if (config.infobip) void look(config.infobip, observe)
      },
      retire: () => void (stopping = true),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

// Loaded when they are wanted, like the drivers of stores.

function openProvider(
  settings: InfobipSettings,
  observe: Observe,
  watch: (call: ProviderCall) => void,
): LateProvider {
  async function open(): Promise<Provider> {
    const { infobipProvider } = await import('../provider/infobip/infobip.js')
    return infobipProvider(settings, {
      onCall(call) {
        observe({ event: 'provider', ...call })
        watch(call)
      },
    })
  }
  return lateProvider(open, (error) =>
    observe({ event: 'failure', operation: 'provider', requestId: '', error: nameOf(error) }),
  )
}

async function look(settings: InfobipSettings, observe: Observe): Promise<void> {
  const { lookAtKey } = await import('./look-at-key.js')
  await lookAtKey(settings, observe)
}

async function openSandbox({ sandboxPort: port }: Config): Promise<RunningSandbox> {
  const { startSandbox } = await import('../sandbox/index.js')
  return startSandbox({ port })
}

async function openWebhook(settings: NonNullable<Config['alerts']>, observe: Observe): Promise<AlertPoster> {
  const { webhook } = await import('../alerts/webhook.js')
  return webhook(settings, { observe, random: randomBytes, now: Date.now, sleep })
}

function sandboxAccount({ url, apiKey, applicationId, messageId }: RunningSandbox): InfobipSettings {
  return { baseUrl: url, apiKey, applicationId, messageIds: { default: messageId }, numberLookup: false }
}
