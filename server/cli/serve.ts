import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/config.js'
import { ConfigError } from '../config/config-error.js'
import type { Environment } from '../config/sources.js'
import { assemble } from './assemble.js'
import { listen } from './listen.js'

/** Milliseconds that calls under way get to finish when the server is told to stop. */
const STOP_PATIENCE = 12_000

/** Milliseconds in which who has waited for the server to listen is answered, before it loads what only sending takes. */
const LOAD_DELAY = 20

/** A running server. */
export interface RunningServer {
  publicUrl: string
  port: number
  adminPort: number
  /** The sandbox, when there is no Infobip account. */
  sandboxUrl: string | undefined
  warnings: readonly string[]
  /** Settles once all is loaded; rejects when something cannot be, and nothing can be sent. */
  loaded: Promise<void>
  stop(): Promise<void>
}

/**
 * Reads the configuration and starts the server, its admin listener, and the sandbox when no Infobip is configured.
 *
 * @throws ConfigError, SigningKeysError, or the system's error when a port is taken
 */
export async function startServer(env: Environment, configFile?: string): Promise<RunningServer> {
  const app = await assemble(env, configFile)
  const { config, sandboxUrl } = app
  const stops = [() => app.stop()]
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo()
  }
  try {
    checkPorts(config)
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
      warnings: config.warnings,
      loaded: sleep(LOAD_DELAY).then(app.load),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What the system says of an address that no machine has, or not this one. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EAI_AGAIN', 'EINVAL', 'ENOTFOUND']

/** The system would say that an address cannot be had, and not who asked for it. */
function blameHost(error: NodeJS.ErrnoException): never {
  if (!NO_ADDRESS.includes(error.code ?? '')) throw error
  throw new ConfigError([
    `OTP_HOST: it is no address of this machine (${error.code}); set one that is, such as 127.0.0.1, or 0.0.0.0 for all.`,
  ])
}

/** The system would say that a port is taken, and not that it is by ourselves. */
function checkPorts({ port, adminPort }: Config): void {
  if (port !== adminPort || port === 0) return
  throw new ConfigError([`OTP_PORT and OTP_ADMIN_PORT are both ${port}; give them different ones.`])
}
