import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { following, type Trace } from '../observe/trace.js'
import { TestServer, testSite } from '../test/harness.js'
import { memoryStore } from './memory.js'
import type { Store } from './store.js'
import { failing } from './test/failing.js'

const SECRET = 'otps_0123456789abcdef0123456789abcdef'

/** A store as another would write it: its methods are of its class, and work on no other object. */
class ClassStore {
  readonly #kept: Store

  static {
    for (const name of Object.keys(memoryStore()) as (keyof Store)[]) {
      Object.defineProperty(this.prototype, name, {
        writable: true,
        value(this: ClassStore, ...args: never[]) {
          return (this.#kept[name] as (...args: never[]) => unknown)(...args)
        },
      })
    }
  }

  constructor(now: () => number) {
    this.#kept = memoryStore({ now })
  }
}

const classStore = (now: () => number) => new ClassStore(now) as unknown as Store

const trace: Trace = { call: (_, run) => run(), step: (_, run) => run(), note: () => {} }

async function served(deps: { trace?: Trace }): Promise<TestServer> {
  const sites = [testSite({ secrets: [SECRET], dailyBudget: 1 })]
  const store = classStore(() => server.time)
  const server = await TestServer.start({ sites, deps: { store, ...deps } })
  onTestFinished(() => server.stop())
  return server
}

it.each([
  ['without a trace', {}],
  ['with one', { trace }],
])('a store that is a class serves a whole visit %s', async (_, deps) => {
  const server = await served(deps)
  const { verificationId } = (await server.start()).body
  const { token } = (await server.check(verificationId, server.code())).body
  const { body } = await server.post(PATHS.siteverify, { secret: SECRET, response: token })
  expect(body).toMatchObject({ success: true })
})

it('and is given back to, once it is back', async () => {
  const server = await served({})
  failing(server.deps.store, 'add', 1)
  expect((await server.start()).body.code).toBe('service_unavailable')
  await expect.poll(async () => (await server.start()).status).toBe(201)
})

it('and can be asked what is no step of a trace', async () => {
  const store = following(trace)(
    'store',
    classStore(() => 7),
    ['get'],
  )
  expect([await store.now(), await store.get('none')]).toEqual([7, undefined])
})
