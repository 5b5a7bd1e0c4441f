import { Redis } from 'ioredis'
import { startRedisServer } from '../../dist/server/store/redis/test/redis-server.js'

/** Starts a Redis that tells its CPU as a server does, in seconds. */
export async function startRedis() {
  const server = await startRedisServer()
  const client = new Redis(server.url)
  return {
    url: server.url,
    async cpu() {
      const told = await client.info('cpu')
      return Number(/used_cpu_user:(.+)/.exec(told)[1]) + Number(/used_cpu_sys:(.+)/.exec(told)[1])
    },
    async stop() {
      client.disconnect()
      await server.stop()
    },
  }
}
