import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATHS } from '../../contract/index.js'
import { startSandbox, type RunningSandbox } from '../../server/sandbox/index.js'
import type { Store } from '../../server/store/store.js'
import { makeKeyFile } from '../../server/token/key-file.js'
import { end, freePorts, launch, untilAnswers } from './built.js'
import { siteConfig } from './instances.js'
import { visitor, type Visitor } from './visitor.js'

/** A moment of a call: just before or just after what it asks of the store. */
export type Step = `${'before' | 'after'} ${keyof Store}`

/** What a test tells the server that crashes. */
export interface Orders {
  /** Where it ends next. */
  crash?: Step
  /** Milliseconds by which its clock is ahead. */
  ahead: number
}

/** One process of the server on one store, which ends at a chosen place and is started again. */
export interface CrashingServer {
  sandbox: RunningSandbox
  visitor: Visitor
  /** Makes a call in which the server ends at `step`, and starts it again on the same store. */
  crash(step: Step, call: (visitor: Visitor) => Promise<unknown>): Promise<void>
  /** Turns the server's clock forward. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

/** Starts one. `store` makes the address of its store of the folder it is started in. */
export async function startCrashingServer(store: (folder: string) => string): Promise<CrashingServer> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-crashes-'))
  const keyFile = join(folder, 'keys.json')
  await makeKeyFile(keyFile, randomBytes)
  const sandbox = await startSandbox({ port: 0, configuration: { sendPinPerApplicationLimit: '1000000/1d' } })
  const [port] = await freePorts(1)
  const address = `http://127.0.0.1:${port}`
  const configFile = join(folder, 'config.json')
  const ordersFile = join(folder, 'orders.json')
  await writeFile(configFile, JSON.stringify(siteConfig(address, store(folder), keyFile, sandbox)))
  let ahead = 0
  const order = (orders: Orders) => writeFile(ordersFile, JSON.stringify(orders))
  async function start() {
    await order({ ahead })
    const env = { PATH: process.env['PATH'], OTP_PORT: String(port) }
    const child = launch(
      { cwd: folder, env },
      'demo/processes/test/crashing-server.js',
      configFile,
      ordersFile,
    )
    await untilAnswers(address + PATHS.jwks, [child])
    return child
  }
  let child = await start()
  const page = visitor((path, init) => fetch(address + path, init))
  return {
    ...{ sandbox, visitor: page },
    async crash(step, call) {
      const ended = once(child, 'exit')
      await order({ crash: step, ahead })
      const answer = await call(page).catch(() => undefined)
      if (answer !== undefined) throw new Error(`The server answered instead of ending ${step}.`)
      const [, signal] = (await ended) as [number | null, string | null]
      if (signal !== 'SIGKILL') throw new Error('The server ended by itself.')
      child = await start()
    },
    async advance(seconds) {
      ahead += seconds * 1000
      await order({ ahead })
    },
    async stop() {
      await end(child)
      await sandbox.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
