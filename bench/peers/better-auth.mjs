// better-auth with its plugin for phone numbers, by its own handler for node:http, on SQLite as ours is: the same driver, the
// same write-ahead log. Infobip sends and checks the codes, over a pool of undici's. Its rate limits are as they come.
import { createServer } from 'node:http'
import process from 'node:process'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { phoneNumber } from 'better-auth/plugins'
import { SqliteDialect } from 'kysely'
import Database from 'libsql'
import { ORIGIN } from '../shop.mjs'
import { checkCode, sendCode } from './pool.mjs'

const database = new Database('better-auth.db')
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')

/** What each number's code is checked under. */
const pinIds = new Map()

const options = {
  // As it takes a database of better-sqlite3.
  database: { dialect: new SqliteDialect({ database }), type: 'sqlite', transaction: true },
  baseURL: 'https://otp.shop.example',
  secret: 's'.repeat(43),
  trustedOrigins: [ORIGIN],
  telemetry: { enabled: false },
  plugins: [
    phoneNumber({
      sendOTP: async ({ phoneNumber }) => void pinIds.set(phoneNumber, await sendCode(phoneNumber)),
      async verifyOTP({ phoneNumber, code }) {
        const pinId = pinIds.get(phoneNumber)
        pinIds.delete(phoneNumber)
        return pinId !== undefined && (await checkCode(pinId, code)) === phoneNumber
      },
      signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@shop.example` },
    }),
  ],
}
const { runMigrations } = await getMigrations(options)
await runMigrations()
createServer(toNodeHandler(betterAuth(options))).listen(Number(process.env.PORT), '127.0.0.1')
