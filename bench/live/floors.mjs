import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import Database from 'libsql'
import { Redis } from 'ioredis'
import { startRedisServer } from '../../dist/server/store/redis/test/redis-server.js'
import { sqliteFile } from './files.mjs'

const LIFETIME = 300_000
/** How many are written at once. */
const BATCH = 1000

/** The least that any store of verifications has to keep: under an id, whose it is, what to ask with, until when, how often. */
function recordOf(n) {
  const digest = (of) => createHash('sha256').update(`${of} ${n}`).digest().subarray(0, 16)
  const numbers = Buffer.alloc(10)
  numbers.writeDoubleBE(Date.now() + LIFETIME)
  numbers.writeUInt16BE(0x0503, 8)
  return { id: digest('id'), packed: Buffer.concat([digest('phone'), digest('reference'), numbers]) }
}

/** Each kind of store with nothing but that: how it is filled, how big it is, how it ends. Without a size it lies in memory. */
export const FLOORS = {
  memory() {
    const records = new Map()
    return {
      fill(count) {
        for (let n = 0; n < count; n++) {
          const { id, packed } = recordOf(n)
          records.set(id.latin1Slice(), packed.latin1Slice())
        }
      },
      close: () => records.clear(),
    }
  },

  sqlite() {
    const { path, size, remove } = sqliteFile()
    const database = new Database(path)
    database.exec(
      'CREATE TABLE records (id BLOB PRIMARY KEY, packed BLOB NOT NULL, expires INTEGER) WITHOUT ROWID',
    )
    // What has expired has to be found, to be forgotten.
    database.exec('CREATE INDEX expiry ON records (expires)')
    const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?)')
    return {
      fill(count) {
        for (let n = 0; n < count; n++) {
          if (n % BATCH === 0) database.exec('BEGIN')
          const { id, packed } = recordOf(n)
          insert.run(id, packed, packed.readDoubleBE(32))
          if (n % BATCH === BATCH - 1 || n === count - 1) database.exec('COMMIT')
        }
      },
      size,
      close() {
        database.close()
        remove()
      },
    }
  },

  async redis() {
    const server = await startRedisServer()
    const client = new Redis(server.url)
    return {
      async fill(count) {
        for (let n = 0; n < count; n += BATCH) {
          const pipeline = client.pipeline()
          for (let i = n; i < Math.min(count, n + BATCH); i++) {
            const { id, packed } = recordOf(i)
            pipeline.set(id, packed, 'PX', LIFETIME * 12)
          }
          await pipeline.exec()
        }
      },
      size: async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))[1]),
      async close() {
        client.disconnect()
        await server.stop()
      },
    }
  },
}
