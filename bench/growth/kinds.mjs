import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { redisStore } from '../../dist/server/store/redis/redis.js'
import { sqliteStore } from '../../dist/server/store/sqlite/sqlite.js'
import { fill } from '../live/starts.mjs'
import { startRedis } from '../redis.mjs'
import { measureSends, serverOn, warmUp } from './sending.mjs'

const HOUR = 3_600_000
const AT_ONCE = 32

/** Starts after which a server is as fast as it gets. */
const WARM_UP = 1000

/** One server on SQLite, by how many connections there are. */
export async function byConnections(levels, count) {
  const server = await serverOn('sqlite:otp.db')
  await warmUp(server, 2 * WARM_UP, AT_ONCE)
  const measure = (connections) => () => measureSends([server], { count, connections, cpus: [] })
  return {
    measures: Object.fromEntries(
      levels.map((connections) => [`${connections} connections`, measure(connections)]),
    ),
    stop: () => server.stop(),
  }
}

/** Servers on one Redis, by how many of them there are, each as busy; its CPU is part of what they take. */
export async function byProcesses(levels, count) {
  const redis = await startRedis()
  const servers = []
  for (let n = 0; n < Math.max(...levels); n++) servers.push(await serverOn(redis.url))
  for (const server of servers) await warmUp(server, WARM_UP, AT_ONCE)
  const measure = (processes) => () =>
    measureSends(servers.slice(0, processes), {
      ...{ count: count * processes, connections: AT_ONCE * processes, cpus: [redis] },
    })
  return {
    measures: Object.fromEntries(
      levels.map((processes) => [`${processes} on one Redis`, measure(processes)]),
    ),
    async stop() {
      for (const server of servers) await server.stop()
      await redis.stop()
    },
  }
}

const FILLED = {
  SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
    const path = join(folder, 'otp.db')
    const store = sqliteStore({ path })
    return { store, address: `sqlite:${path}`, cpus: [], stop: () => rmSync(folder, { recursive: true }) }
  },
  async Redis() {
    const redis = await startRedis()
    const store = redisStore({ url: redis.url })
    return { store, address: redis.url, cpus: [redis], stop: () => redis.stop() }
  },
}

/**
 * One server for each number of live verifications, each on a store of its own; Redis's CPU is part of what it takes. The first
 * are started by the server itself, which warms it up.
 *
 * @param kind of store.
 */
export async function byLive(kind, levels, count) {
  const measures = {}
  const stops = []
  for (const live of levels) {
    const { store, address, cpus, stop } = await FILLED[kind]()
    await fill(store, 0, live - WARM_UP, 24 * HOUR)
    await store.close()
    const server = await serverOn(address)
    await warmUp(server, WARM_UP, AT_ONCE)
    measures[`${live} live, ${kind}`] = () => measureSends([server], { count, connections: AT_ONCE, cpus })
    stops.push(async () => {
      await server.stop()
      await stop()
    })
  }
  return {
    measures,
    async stop() {
      for (const each of stops) await each()
    },
  }
}
