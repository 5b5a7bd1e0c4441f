import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end } from './built.js'
import { startInstances, type Instances } from './instances.js'
import { STORES } from './stores.js'
import { check, start } from './calls.js'
import { wholeVisit, type Balancer } from './whole-visit.js'

/** `npm run soak` asks for more of it. */
const SOAK = process.env['SOAK'] === '1'

/** How often each process is restarted, and how many visitors there are at any time. */
const TURNS = SOAK ? 10 : 1
const VISITORS = 4

/** Whether there was no connection on which anything could be asked. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (error.cause as { syscall?: string } | undefined)?.syscall === 'connect'
}

/** Sends calls to one after the other, and to the next when it gets no connection, as load balancers do. */
function balancer(addresses: readonly string[]): Balancer {
  let turn = 0
  return async function send<T>(call: (address: string) => Promise<T>): Promise<T> {
    for (let refusals = 0; ; refusals++) {
      try {
        return await call(addresses[turn++ % addresses.length]!)
      } catch (error) {
        if (!isRefusal(error) || refusals === addresses.length) throw error
      }
    }
  }
}

for (const { name, isHere, open } of STORES) {
  describe.skipIf(!isHere)(`four processes on one ${name} store that are restarted in turn`, () => {
    let instances: Instances
    let closeStore: () => Promise<void>
    beforeAll(async () => {
      const { address, close } = await open()
      closeStore = close
      instances = await startInstances(4, address)
    })
    afterAll(async () => {
      await instances.stop()
      await closeStore()
    })

    it(
      'lose no visit, and send no message twice',
      async () => {
        const { sandbox, children } = instances
        const send = balancer(instances.addresses)
        let visits = 0
        let done = false

        async function keepVisiting(): Promise<void> {
          while (!done) await wholeVisit(send, sandbox, `+1202${5551000 + (visits++ % 8000)}`)
        }

        async function restartAll(): Promise<void> {
          await expect.poll(() => visits, { timeout: 20_000 }).toBeGreaterThan(2 * VISITORS)
          for (let n = 0; n < TURNS * children.length; n++) {
            const index = n % children.length
            await end(children[index]!)
            expect(children[index]).toMatchObject({ exitCode: 0 })
            await instances.restart(index)
          }
        }

        const restarts = restartAll().finally(() => (done = true))
        await Promise.all([restarts, ...Array.from({ length: VISITORS }, keepVisiting)])
      },
      SOAK ? 1_200_000 : 120_000,
    )
  })
}

describe('a process that is told to stop', () => {
  let instances: Instances
  beforeAll(async () => {
    instances = await startInstances(1, (folder) => `sqlite:${join(folder, 'store.db')}`)
  })
  afterAll(() => instances.stop())

  const address = () => instances.addresses[0]!

  /** Has a check under way at a slow Infobip, and tells the process to stop. */
  async function stopDuringCheck(phoneNumber: string, ms: number) {
    const { sandbox, children } = instances
    const { body } = await start(address(), phoneNumber)
    sandbox.arm({ kind: 'delay', operation: 'verify', ms })
    const checked = check(address(), body['verificationId'], sandbox.messages(phoneNumber)[0]!.pin)
    const verifying = () =>
      sandbox.requests().some(({ path, status }) => /verify/.test(path) && status === null)
    await expect.poll(verifying).toBe(true)
    const child = children[0]!
    const ended = once(child, 'exit').then(([code]) => code as number)
    child.kill('SIGTERM')
    await expect.poll(isRefused).toBe(true)
    return { child, checked, ended }
  }

  /** Whether a new connection is refused. */
  function isRefused(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(address()).port), '127.0.0.1')
      socket.on('connect', () => resolve(false)).on('error', () => resolve(true))
      socket.on('connect', () => socket.destroy())
    })
  }

  it('says that it is not ready, takes no connections, answers what is under way, and ends', async () => {
    const { checked, ended } = await stopDuringCheck('+12025551000', 4000)
    const readiness = await fetch(`${instances.admins[0]}/readyz`)
    expect(readiness.status).toBe(503)
    expect(await readiness.json()).toEqual({ status: 'unavailable', because: 'stopping' })
    expect((await checked).status).toBe(200)
    expect(await ended).toBe(0)
    await instances.restart(0)
  })

  it('ends at once when it is told a second time', async () => {
    const { child, checked, ended } = await stopDuringCheck('+12025551001', 60_000)
    const lost = expect(checked).rejects.toThrow()
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
    await lost
  })
})
