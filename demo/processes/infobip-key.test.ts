import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningSandbox } from '../../server/sandbox/index.js'
import { startInstances, type Instances } from './instances.js'
import { restartUnderLoad, STOP_DELAY } from './rolling.js'

/** Stands before the sandbox and knows which keys the account has now. */
class Account {
  readonly keys = new Set(['old-key'])
  /** How often it was asked under each key, and how often it refused. */
  readonly asked: Record<string, number> = {}
  refused = 0
  private server: Server | undefined

  async open({ url, sendOnlyApiKey }: RunningSandbox): Promise<{ baseUrl: string; apiKey: string }> {
    this.server = createServer((request, response) => {
      const forward = async () => {
        const key = /^App (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
        this.asked[key] = (this.asked[key] ?? 0) + 1
        if (!this.keys.has(key)) {
          this.refused++
          return response.writeHead(401, { 'Content-Type': 'application/json' }).end('{}')
        }
        const { method = 'GET' } = request
        const body = await text(request)
        const answer = await fetch(url + request.url!, {
          method,
          headers: { Authorization: `App ${sendOnlyApiKey}`, 'Content-Type': 'application/json' },
          ...(method !== 'GET' && { body }),
        })
        return response
          .writeHead(answer.status, { 'Content-Type': 'application/json' })
          .end(await answer.text())
      }
      void forward().catch(() => response.destroy())
    }).listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    const { port } = this.server.address() as AddressInfo
    return { baseUrl: `http://127.0.0.1:${port}`, apiKey: 'old-key' }
  }

  close(): void {
    this.server?.close()
    this.server?.closeAllConnections()
  }
}

describe('two processes whose key of Infobip is replaced', () => {
  const account = new Account()
  let instances: Instances
  beforeAll(async () => {
    instances = await startInstances(2, (folder) => `sqlite:${join(folder, 'store.db')}`, {
      env: () => ({ OTP_STOP_DELAY: STOP_DELAY }),
      infobip: (sandbox) => account.open(sandbox),
    })
  })
  afterAll(async () => {
    await instances.stop()
    account.close()
  })

  it('lose no message while both keys live, and ask under the new one alone once all have it (SR-B04)', async () => {
    const { configFile } = instances
    let underOld = 0

    await restartUnderLoad(instances, {
      async before() {
        account.keys.add('new-key')
        const config = JSON.parse(await readFile(configFile, 'utf8')) as { infobip: object }
        await writeFile(
          configFile,
          JSON.stringify({ ...config, infobip: { ...config.infobip, apiKey: 'new-key' } }),
        )
      },
      async after() {
        account.keys.delete('old-key')
        underOld = account.asked['old-key']!
        return Promise.resolve()
      },
    })

    expect(account.refused).toBe(0)
    expect(underOld).toBeGreaterThan(0)
    expect(account.asked['old-key']).toBe(underOld)
    expect(account.asked['new-key']).toBeGreaterThan(0)
  })
})
