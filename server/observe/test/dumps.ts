import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { memoryStore } from '../../store/memory.js'
import { redisStore } from '../../store/redis/redis.js'
import { startRedisServer } from '../../store/redis/test/redis-server.js'
import { unpack } from '../../store/sqlite/pack.js'
import { sqliteStore } from '../../store/sqlite/sqlite.js'
import { rowsOf } from '../../store/sqlite/test/sound.js'
import type { Store } from '../../store/store.js'

/** A store on a clock of the test, and what somebody who steals it gets to see. */
export interface DumpedStore {
  store: Store
  /** Everything that it keeps, in every form in which it can be had. */
  dump(): Promise<Buffer[]>
  /** How many things it keeps beside its own clock and counts. */
  kept(): Promise<number>
  /** Milliseconds until each of them is removed, by its key, where the store knows. */
  ends(): Promise<[key: string, milliseconds: number][]>
  close(): Promise<void>
}

/** Makes a store. @param now milliseconds since 1970. */
export type MakeStore = (now: () => number) => Promise<DumpedStore>

/** The file and what lies beside it, as bytes, and all rows of all tables, as texts. */
export const sqliteDump: MakeStore = async (now) => {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-dump-'))
  const path = join(folder, 'store.db')
  const store = sqliteStore({ path, now })
  const rows = (table: string) => rowsOf(path, `SELECT * FROM ${table}`)
  return {
    store,
    async dump() {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
      const tables = rowsOf(path, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
      const texts = tables.flatMap(({ name }) => rows(String(name)).map(rowText))
      return [...files, Buffer.from(texts.join('\n'))]
    },
    ends: async () => [],
    kept: async () => rows('verification').length + rows('item').length + rows('common').length,
    async close() {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Every key and value, and the file that Redis saves, uncompressed. */
export const redisDump: MakeStore = async (now) => {
  const server = await startRedisServer(['--rdbcompression', 'no'])
  const client = new Redis(server.url)
  const store = redisStore({ url: server.url, now })
  return {
    store,
    async dump() {
      const values: Buffer[] = []
      for (const key of await client.keysBuffer('*')) {
        const hash = (await client.type(key)) === 'hash'
        values.push(
          key,
          ...(hash
            ? Object.entries(await client.hgetallBuffer(key)).flat()
            : [await client.getBuffer(key)]
          ).map((one) => Buffer.from(one!)),
        )
      }
      await client.save()
      const [, folder] = (await client.config('GET', 'dir')) as [string, string]
      return [Buffer.concat(values), readFileSync(join(folder, 'dump.rdb'))]
    },
    kept: () => client.dbsize(),
    async ends() {
      const keys = await client.keys('*')
      return Promise.all(keys.map(async (key) => [key, await client.pttl(key)] as [string, number]))
    },
    async close() {
      await store.close()
      client.disconnect()
      await server.stop()
    },
  }
}

/** Everything that the store was ever told and ever said: what it keeps is less. */
export const memoryDump: MakeStore = async (now) => {
  const told: string[] = []
  const inner = memoryStore({ now })
  const store = new Proxy(inner, {
    get(_, name) {
      return async (...args: unknown[]) => {
        const call = inner[name as keyof Store] as (...all: unknown[]) => Promise<unknown>
        const result = await call(...args)
        told.push(
          JSON.stringify([args, result instanceof Map ? [...(result as Map<unknown, unknown>)] : result]),
        )
        return result
      }
    },
  })
  return {
    store,
    dump: async () => [Buffer.from(told.join('\n'))],
    kept: async () => 0,
    ends: async () => [],
    close: () => store.close(),
  }
}

function rowText(row: Record<string, unknown>): string {
  const columns = Object.values(row).map((value) => {
    return Buffer.isBuffer(value) ? unpack(value) : String(value)
  })
  return columns.join(' | ')
}
