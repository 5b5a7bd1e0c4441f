import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Hono } from 'hono'
import { createApp } from '../app.js'
import { readConfig, type Config } from '../config/config.js'
import type { Environment } from '../config/sources.js'
import { createAdminApp } from '../http/admin.js'
import type { WidgetScript } from '../http/widget-routes.js'
import type { Observe } from '../observe/events.js'
import { createLogger, logEvents } from '../observe/log.js'
import { createMetrics } from '../observe/metrics.js'
import { infobipProvider, type InfobipSettings } from '../provider/infobip/infobip.js'
import { startSandbox, type RunningSandbox } from '../sandbox/index.js'
import { memoryStore } from '../store/memory.js'
import { readOrMakeSigningKeys, readSigningKeys } from '../token/keys.js'

/** Where keys are made outside production, relative to the folder the process was started in. */
const KEYS_FILE = 'data/signing-keys.json'

/** A server made from its configuration, which others may listen with or mount. */
export interface ConfiguredApp {
  config: Config
  /** Answers the public API, its script included. */
  fetch(request: Request): Response | Promise<Response>
  /** Answers health, readiness and metrics; not for the internet. */
  admin: Hono
  /** The sandbox, when there is no Infobip account. It is the only part that listens. */
  sandboxUrl: string | undefined
  /** Stops the sandbox, if there is one. */
  stop(): Promise<void>
}

/**
 * Reads the configuration and builds the server, and starts the sandbox when no Infobip is configured.
 *
 * @throws ConfigError, SigningKeysError, or the system's error when the sandbox's port is taken
 */
export async function createConfiguredApp(env: Environment, configFile?: string): Promise<ConfiguredApp> {
  const config = await readConfig(env, configFile)
  const signingKeys = await (config.signingKeys
    ? readSigningKeys(config.signingKeys)
    : readOrMakeSigningKeys(KEYS_FILE))
  const widget = await readWidget()
  const metrics = createMetrics()
  const log = logEvents(createLogger(config.logLevel))
  const observe: Observe = (event) => {
    log(event)
    metrics.observe(event)
  }
  const store = memoryStore()
  const sandbox = config.infobip ? undefined : await startSandbox({ port: config.sandboxPort })
  const stop = async () => sandbox?.stop()
  try {
    const app = createApp({
      publicUrl: config.publicUrl,
      sites: config.sites,
      provider: infobipProvider(config.infobip ?? sandboxAccount(sandbox!), {
        onCall: (call) => observe({ event: 'provider', ...call }),
      }),
      store,
      signingKeys,
      pepper: config.pepper ? Buffer.from(config.pepper) : randomBytes(32),
      widget,
      observe,
      random: randomBytes,
      sleep,
    })
    return {
      config,
      fetch: (request) => app.fetch(request),
      admin: createAdminApp({ store, registry: metrics.registry }),
      sandboxUrl: sandbox?.url,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function sandboxAccount({ url, apiKey, applicationId, messageId }: RunningSandbox): InfobipSettings {
  return { baseUrl: url, apiKey, applicationId, messageIds: { default: messageId }, numberLookup: false }
}

/**
 * The script that the build wrote. There is none in a checkout that was never built, or where a bundler has taken the
 * server out of its package; pages then bundle the element themselves.
 */
async function readWidget(): Promise<WidgetScript | undefined> {
  try {
    // By the package's name, which holds for the sources, for what was built and for an installed copy.
    const manifest = createRequire(import.meta.url).resolve('otp-verify/package.json')
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
    return { source: await readFile(join(dirname(manifest), 'dist/script/otp-verify.js'), 'utf8'), version }
  } catch {
    return undefined
  }
}
