import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createApp } from '../../../server/app.js'
import { readConfig } from '../../../server/config/config.js'
import { listen } from '../../../server/http/listen.js'
import { infobipProvider } from '../../../server/provider/infobip/infobip.js'
import { parseStoreAddress } from '../../../server/store/address.js'
import { redisStore } from '../../../server/store/redis/redis.js'
import { sqliteStore } from '../../../server/store/sqlite/sqlite.js'
import type { Store } from '../../../server/store/store.js'
import { readKeyFile } from '../../../server/token/key-file.js'
import { signingKeys } from '../../../server/token/keys.js'
import type { Orders } from '../crashing.js'

// The server as `otp-verify serve` assembles it, on a store whose clock the test turns and in which the process ends,
// as a power failure would end it, at the step that the test names. Arguments: configuration file, file of the orders.

const [configFile, ordersFile] = process.argv.slice(2)
const config = await readConfig(process.env, configFile)

function orders(): Orders {
  return JSON.parse(readFileSync(ordersFile!, 'utf8')) as Orders
}

function now(): number {
  return Date.now() + orders().ahead
}

function openStore(address: string): Store {
  const parsed = parseStoreAddress(address)
  if ('path' in parsed) return sqliteStore({ path: parsed.path, now })
  if ('url' in parsed) return redisStore({ url: parsed.url, now })
  throw new Error('Such a store forgets everything when its process ends.')
}

function dieIfOrdered(step: string): void {
  if (orders().crash === step) process.kill(process.pid, 'SIGKILL')
}

function crashing(store: Store): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        dieIfOrdered(`before ${name}`)
        const result = await method(...args)
        dieIfOrdered(`after ${name}`)
        return result
      }
    },
  })
}

const { publicUrl, sites, infobip, peppers, host, port } = config
const keys = config.signingKeys as { file: string }
const app = createApp({
  ...{ publicUrl, sites, random: randomBytes, observe: () => {} },
  provider: infobipProvider(infobip!, { onCall: () => {} }),
  store: crashing(openStore(config.store)),
  signingKeys: await signingKeys(await readKeyFile(keys.file), now),
  pepper: Buffer.from(peppers![0]!),
  // A call that waits for one which will never answer is not waited for.
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
})
await listen(app, host, port)
