import { Redis } from 'ioredis'
import { startProxy } from '../../server/store/redis/test/proxy.js'
import { startRedisServer } from '../../server/store/redis/test/redis-server.js'

/** A Redis and its replica, under one name. */
export interface RedisPair {
  /** The name: it leads to the primary. */
  readonly url: string
  /** Has the replica miss what is written from now on. */
  stall(): void
  /** Ends the primary as a crash would, has the replica take its place, and finds that a new replica. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

/** Starts a pair on the loopback interface. */
export async function startRedisPair(): Promise<RedisPair> {
  let primary = await startRedisServer(['--repl-diskless-sync-delay', '0'])
  const name = await startProxy(primary.port)
  let { replica, link } = await follow(primary.port)

  return {
    url: name.url,
    stall: () => link.stall(),
    async failOver() {
      await primary.crash()
      await say(replica.url, (client) => client.replicaof('NO', 'ONE'))
      name.target = replica.port
      link.stop()
      await primary.stop()
      primary = replica
      ;({ replica, link } = await follow(primary.port))
    },
    async stop() {
      name.stop()
      link.stop()
      await Promise.all([primary.stop(), replica.stop()])
    },
  }
}

/** Starts a replica that hears its primary through a link, and waits until it has all. */
async function follow(port: number) {
  const link = await startProxy(port)
  const replica = await startRedisServer(['--repl-diskless-sync-delay', '0'])
  await say(replica.url, async (client) => {
    await client.replicaof('127.0.0.1', link.port)
    while (!(await client.info('replication')).includes('master_link_status:up'));
  })
  return { replica, link }
}

async function say(url: string, words: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis(url)
  await words(client)
  client.disconnect()
}
