import { setTimeout as sleep } from 'node:timers/promises'
import { assemble } from '../assembly/assemble.js'
import { ConfigError } from '../config/config-error.js'
import type { Environment } from '../config/variables.js'
import { listen } from '../http/listen.js'
import { hostMistake } from './own-address.js'

/** Milliseconds that calls under way get to finish when the server is told to stop. */
const STOP_PATIENCE = 12_000

/** Milliseconds to wait after listening, so that first probes are answered before the provider is loaded. */
const LOAD_DELAY = 20

/** A running server. */
export interface RunningServer {
  publicUrl: string
  port: number
  adminPort: number
  /** The sandbox, when there is no Infobip account. */
  sandboxUrl: string | undefined
  /** What works but should not be left so, of the configuration and of the store. */
  warnings: readonly string[]
  /** Resolves once everything is loaded; rejects when something cannot be, so that nothing can be sent. */
  loaded: Promise<void>
  stop(): Promise<void>
}

/**
 * Reads the configuration and starts the server, its admin listener, and the sandbox when no Infobip is configured.
 *
 * @throws ConfigError; SigningKeysError; StoreError when the store cannot be reached, refuses what servers ask of it, or may
 * forget what it is told; or the system's error when a port is taken
 */
export async function startServer(env: Environment, configFile?: string): Promise<RunningServer> {
  const app = await assemble(env, configFile)
  const { config, sandboxUrl, warnings } = app
  const stops = [() => app.stop()]
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo()
  }
  try {
    const admin = await listen(app.admin, '127.0.0.1', config.adminPort)
    stops.push(() => admin.close(0))
    const server = await listen(app, config.host, config.port).catch(blameHost)
    stops.push(async () => {
      app.retire()
      await server.close(STOP_PATIENCE, config.stopDelay * 1000)
    })
    return {
      publicUrl: config.publicUrl,
      port: server.port,
      adminPort: admin.port,
      sandboxUrl,
      warnings,
      loaded: sleep(LOAD_DELAY).then(app.load),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function blameHost(error: NodeJS.ErrnoException): never {
  const mistake = hostMistake(error)
  throw mistake === undefined ? error : new ConfigError([mistake])
}
