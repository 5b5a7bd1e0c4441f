import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from '../app.js'
import { readConfig } from '../config/config.js'
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
import { listen } from './listen.js'

/** Where keys are made outside production, relative to the folder the server is started in. */
const KEYS_FILE = 'data/signing-keys.json'

/** Milliseconds that calls under way get to finish when the server is told to stop. */
const STOP_PATIENCE = 12_000

/** A running server. */
export interface RunningServer {
  publicUrl: string
  port: number
  adminPort: number
  /** The sandbox, when there is no Infobip account. */
  sandboxUrl: string | undefined
  warnings: readonly string[]
  stop(): Promise<void>
}

/**
 * Reads the configuration and starts the server, its admin listener, and the sandbox when no Infobip is configured.
 *
 * @throws ConfigError, SigningKeysError, or the system's error when a port is taken
 */
export async function startServer(env: Environment, configFile?: string): Promise<RunningServer> {
  const config = await readConfig(env, configFile)
  const signingKeys = await (config.signingKeys
    ? readSigningKeys(config.signingKeys)
    : readOrMakeSigningKeys(KEYS_FILE))
  const widget = await readWidget()
  const logger = createLogger(config.logLevel)
  const metrics = createMetrics()
  const log = logEvents(logger)
  const observe: Observe = (event) => {
    log(event)
    metrics.observe(event)
  }
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo()
  }
  try {
    const sandbox = config.infobip ? undefined : await startSandbox({ port: config.sandboxPort })
    if (sandbox) stops.push(() => sandbox.stop())
    const infobip = config.infobip ?? sandboxAccount(sandbox!)
    const store = memoryStore()
    const app = createApp({
      publicUrl: config.publicUrl,
      sites: config.sites,
      provider: infobipProvider(infobip, { onCall: (call) => observe({ event: 'provider', ...call }) }),
      store,
      signingKeys,
      pepper: config.pepper ? Buffer.from(config.pepper) : randomBytes(32),
      widget,
      observe,
      random: randomBytes,
      sleep,
    })
    const admin = await listen(
      createAdminApp({ store, registry: metrics.registry }),
      '127.0.0.1',
      config.adminPort,
    )
    stops.push(() => admin.close(0))
    const server = await listen(app, config.host, config.port)
    stops.push(() => server.close(STOP_PATIENCE))
    return {
      publicUrl: config.publicUrl,
      port: server.port,
      adminPort: admin.port,
      sandboxUrl: sandbox?.url,
      warnings: config.warnings,
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

/** The script that the build wrote; a checkout that was never built serves none. */
async function readWidget(): Promise<WidgetScript | undefined> {
  const root = new URL('../../../', import.meta.url)
  const [source, manifest] = await Promise.all([
    readFile(new URL('dist/script/otp-verify.js', root), 'utf8').catch(() => undefined),
    readFile(new URL('package.json', root), 'utf8'),
  ])
  const { version } = JSON.parse(manifest) as { version: string }
  return source === undefined ? undefined : { source, version }
}
