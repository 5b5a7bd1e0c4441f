import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { startRedisServer, type RedisServer } from './redis-server.js'

/** A real cluster of three nodes without replicas. */
export interface RedisCluster {
  readonly url: string
  readonly nodes: readonly RedisServer[]
  stop(): Promise<void>
}

/** Starts a cluster on the loopback interface, ready to serve. */
export async function startRedisCluster(settings: readonly string[] = []): Promise<RedisCluster> {
  const nodes = await Promise.all(
    [1, 2, 3].map(() => startRedisServer(['--cluster-enabled', 'yes', ...settings])),
  )
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await promisify(execFile)('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'])
  await Promise.all(nodes.map(knowsAll))
  return {
    url: `redis+cluster://${addresses.join()}`,
    nodes,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}

/** Whoever creates a cluster is done before every node has heard of it. */
async function knowsAll({ url }: RedisServer): Promise<void> {
  const client = new Redis(url)
  while (!(await client.cluster('INFO')).includes('cluster_state:ok')) await sleep(50)
  client.disconnect()
}
