import { Redis } from 'ioredis'
import { startRedisServer } from '../dist/server/store/redis/test/redis-server.js'

/** Starts a Redis that reports its CPU as a server does, in seconds. */
export async function startRedis() {
  const server = await startRedisServer()
  const client = new Redis(server.url)
  return {
    url: server.url,
    port: server.port,
    async cpu() {
      const report = await client.info('cpu')
      return Number(/used_cpu_user:(.+)/.exec(report)[1]) + Number(/used_cpu_sys:(.+)/.exec(report)[1])
    },
    /** Removes all that it keeps. */
    empty: () => client.flushall(),
    async stop() {
      client.disconnect()
      await server.stop()
    },
  }
}
