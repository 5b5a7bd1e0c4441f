import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePorts } from '../../../test/free-ports.js'

/** Whether this machine can run a Redis of its own. Loud when it cannot: what is not run shows nothing. */
export const HAS_REDIS_SERVER = spawnSync('redis-server', ['--version']).status === 0
if (!HAS_REDIS_SERVER)
  console.warn('NOT RUN: there is no redis-server, so no test meets a Redis that it can stop.')

/** The title of a suite that needs a Redis of its own. */
export function titled(title: string, runs = HAS_REDIS_SERVER): string {
  return runs ? title : `${title} (not run: no redis-server)`
}

/** A real Redis that a test may torment. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** Ends the process as a crash would. */
  crash(): Promise<void>
  /** Starts it again after a crash, on the same port and with what it had written to its disk, and with `more` settings. */
  restart(more?: readonly string[]): Promise<void>
  /** Suspends the process: it takes connections and says nothing. */
  suspend(): void
  resume(): void
  /** Ends it and removes what it wrote. */
  stop(): Promise<void>
}

/**
 * Starts a Redis on a free port of the loopback interface. It keeps nothing on its disk unless `settings` say so.
 *
 * @param certificate PEM, to listen over TLS instead.
 */
export async function startRedisServer(
  settings: readonly string[] = [],
  certificate?: { key: string; cert: string },
): Promise<RedisServer> {
  // The nodes of a cluster talk by another one, 10000 above it.
  const [port] = (await freePorts(1, 10_000)) as [number]
  const folder = await mkdtemp(join(tmpdir(), 'otp-redis-'))
  const listen = ['--bind', '127.0.0.1', '--port', String(port)]
  if (certificate) {
    for (const part of ['key', 'cert'] as const) {
      const file = join(folder, part)
      await writeFile(file, certificate[part])
      listen.push(`--tls-${part}-file`, file)
    }
    listen.push('--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no')
  }
  let child: ChildProcess

  async function start(more: readonly string[] = []): Promise<void> {
    const everything = [...listen, '--dir', folder, '--save', '', ...settings, ...more]
    child = spawn('redis-server', everything, { stdio: ['ignore', 'pipe', 'inherit'] })
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.includes('Ready to accept connections')) {
        child.stdout!.resume()
        return
      }
    }
    throw new Error('redis-server ended before it was ready')
  }

  async function crash(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }

  const leaveNothing = () => child.kill('SIGKILL')
  process.once('exit', leaveNothing)
  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    crash,
    restart: start,
    suspend: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async stop() {
      process.removeListener('exit', leaveNothing)
      await crash()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
