import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { memoryDump, redisDump, sqliteDump, type MakeStore } from '../observe/test/dumps.js'
import { finder, numberForms, pieces } from '../observe/test/traces.js'
import { HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { NUMBER, type TestServer } from '../test/harness.js'
import { startFake } from './test/fake-siteverify.js'
import { code, hostedServer, KINDS, SECRET } from './test/hosted-server.js'

const STORES: [name: string, make: MakeStore, runs: boolean][] = [
  ['memory', memoryDump, true],
  ['SQLite', sqliteDump, true],
  ['Redis', redisDump, HAS_REDIS_SERVER],
]
const RUNS = STORES.filter(([, , runs]) => runs).flatMap(([name, make]) =>
  (['turnstile', 'hcaptcha'] as const).map((kind) => [name, kind, make] as const),
)

it.each(RUNS)(
  'a store of %s, events and answers hold no number, token or secret of %s (SR-G01, SR-G04, SR-K14)',
  async (_, kind, make) => {
    const fake = await startFake(SECRET, KINDS[kind].manner)
    onTestFinished(() => fake.stop())
    const running: { server?: TestServer } = {}
    const dumped = await make(() => running.server!.time)
    onTestFinished(() => dumped.close())
    const { server, token, start } = await hostedServer(kind, fake, { store: dumped.store })
    onTestFinished(() => server.stop())
    running.server = server
    const tokens = [await token(), await token(), await token({ hostname: 'evil.example' })]
    server.sandbox.arm({ kind: 'status', operation: 'send', status: 429, retryAfter: 1 })
    expect(code(await start(tokens[0]!))).toBe('rate_limited')
    expect(code(await start(tokens[1]!))).toBe(201)
    expect(code(await start(tokens[2]!))).toBe('challenge_failed')

    const find = finder([
      ...numberForms(NUMBER),
      ...pieces('secret', SECRET),
      ...tokens.flatMap((one) => [...pieces('token', one)]),
    ])
    const paths = [`${PATHS.sites}/shop`, PATHS.openapi]
    const answers = await Promise.all(paths.map(async (path) => (await server.app.request(path)).text()))
    const told = [...answers, JSON.stringify(server.events)].map((text) => Buffer.from(text))
    expect([...find([...(await dumped.dump()), ...told])]).toEqual([])
    // The search would have found them.
    await dumped.store.claim(tokens[0]!, SECRET, 60_000)
    const planted = [...find(await dumped.dump())]
    for (const name of ['token', 'secret']) expect(planted.some((one) => one.startsWith(name))).toBe(true)
  },
)
