import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ServerEvent } from '../observe/events.js'
import { startRedisServer, HAS_REDIS_SERVER } from '../store/redis/test/redis-server.js'
import { redisStore } from '../store/redis/redis.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import type { Store } from '../store/store.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { overrideCommands } from './override-commands.js'
import { eraseCommand } from './erase-command.js'

const PEPPER = 'pepper-of-overrides-'.repeat(2)

let folder: string
let env: Record<string, string>
let events: ServerEvent[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-overrides-'))
  env = { OTP_STORE: `sqlite:${join(folder, 'store.db')}`, OTP_PEPPER: PEPPER, OTP_SITEKEY: 'shop' }
  events = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What one of the commands prints. */
async function run(name: string, args: string[] = [], input = ''): Promise<string> {
  const printed: string[] = []
  const commands = overrideCommands(env, {
    print: (text) => printed.push(text),
    observe: (event) => events.push(event),
    input: Readable.from([input]),
  })
  const command = commands.find((one) => one.name() === name)!
  await command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

const openSqlite = () => sqliteStore({ path: join(folder, 'store.db') })

/** A guarded server on its own handle of the store that the commands are configured with. */
async function serve(store: Store): Promise<(phoneNumber?: string, address?: string) => Promise<unknown>> {
  const server = await TestServer.start({
    sites: [testSite({ shadow: false })],
    deps: { store, pepper: Buffer.from(PEPPER), trustedProxies: 1 },
    patience: 10_000,
  })
  onTestFinished(async () => {
    await server.stop()
    await store.close()
  })
  return async function code(phoneNumber = NUMBER, address = '192.0.2.7') {
    const { status, body } = await server.start({ phoneNumber }, { 'X-Forwarded-For': address })
    return body.code ?? status
  }
}

it.each(['allow', 'deny'])('%s tells how long it lasts as it is written', (name) => {
  const command = overrideCommands(env, { print: () => {} }).find((one) => one.name() === name)!
  expect(command.helpInformation()).toContain('(default: 1d)')
})

describe('overrides by command', () => {
  async function obeys(code: Awaited<ReturnType<typeof serve>>): Promise<void> {
    expect([await code(), await code()]).toEqual([201, 'rate_limited'])
    expect(await run('allow', ['--number', '+1 (202) 555-0123', '--for', '2h'])).toMatch(
      /^Limits, credit and challenges are waived for this number until \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
    )
    expect([await code(), await code()]).toEqual([201, 201])
    expect(await run('deny', ['--address', '192.0.2.250/24'])).toContain(
      'Nothing is sent for requests from 192.0.2.0/24',
    )
    expect([await code(), await code(NUMBER, '198.51.100.1')]).toEqual(['cannot_send', 201])
    expect(await run('lift', ['--address', '192.0.2.1/24'])).toBe('Removed.')
    expect(await code()).toBe(201)
    expect(await run('deny', ['--range', '+1 202 555'])).toContain('to +1202555xxxx until')
    expect(await code()).toBe('cannot_send')
  }

  it('are obeyed by a server on the same file from the next message on (SR-K12)', async () => {
    await obeys(await serve(openSqlite()))
  })

  it.skipIf(!HAS_REDIS_SERVER)('are obeyed by a server on the same Redis (SR-K12)', async () => {
    const redis = await startRedisServer()
    onTestFinished(() => redis.stop())
    env['OTP_STORE'] = redis.url
    await obeys(await serve(redisStore({ url: redis.url })))
  })

  it.each([
    ['--range', '+39320123xxxx'],
    ['--range', '+393201xxxxxx'],
    ['--address', '192.0.2.7'],
    ['--address', '2001:db8::/48'],
  ])('print the command that ends each: %s %s', async (option, value) => {
    await openSqlite().close()
    const line = /or until: otp-verify lift (--\S+) (\S+)\.$/.exec(await run('deny', [option, value]))
    expect(await run('lift', line!.slice(1))).toBe('Removed.')
  })

  it('name no number in that', async () => {
    await openSqlite().close()
    expect(await run('deny', ['--number', NUMBER])).toMatch(/or until: otp-verify lift --number NUMBER\.$/)
  })

  it.skipIf(!HAS_REDIS_SERVER)('are made, listed and lifted however full Redis is (SR-K12)', async () => {
    const redis = await startRedisServer(['--maxmemory', '1'])
    onTestFinished(() => redis.stop())
    env['OTP_STORE'] = redis.url
    await run('allow', ['--number', NUMBER])
    await run('deny', ['--range', '+1202555'])
    expect((await run('overrides')).split('\n')).toHaveLength(2)
    expect(await run('lift', ['--number', NUMBER])).toBe('Removed.')
    expect(await run('overrides')).toMatch(/^deny/)
  })

  it('are listed with who made them and why, and audited without a number (SR-K12)', async () => {
    await openSqlite().close()
    const { username } = userInfo()
    expect(await run('overrides')).toBe('Nothing is allowed, denied or paused.')
    await run('deny', ['--range', '+39320123', '--for', '30m', '--note', 'wave of Monday'])
    await run('allow', ['--number', '-'], `${NUMBER}\n`)
    await run('allow', ['--address', '2001:db8:7::1/48', '--for', '90d'])
    const lines = (await run('overrides')).split('\n')
    const until = String.raw`until \d{4}-\d\d-\d\d \d\d:\d\d UTC  by ${username}`
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(String.raw`^deny   \+39320123xxxx    ${until}  wave of Monday$`)),
      expect.stringMatching(new RegExp(String.raw`^allow  \+12025550123     ${until}$`)),
      expect.stringMatching(new RegExp(String.raw`^allow  2001:db8:7::/48  ${until}$`)),
    ])
    const { overrides, foreign } = JSON.parse(await run('overrides', ['--json']))
    expect(foreign).toBe(0)
    expect(overrides[0]).toEqual({
      ...{ verdict: 'deny', of: 'range', value: '+39320123', by: username, note: 'wave of Monday' },
      until: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(await run('lift', ['--range', '+39320123'])).toBe('Removed.')
    expect(await run('lift', ['--range', '+39320123'])).toMatch(/^There is no such override/)
    expect(events).toMatchObject([
      { event: 'override', change: 'deny', of: 'range', by: username },
      { event: 'override', change: 'allow', of: 'number', by: username, ref: expect.any(String) },
      { event: 'override', change: 'allow', of: 'neighbourhood', by: username },
      { event: 'override', change: 'lift', of: 'range', by: username },
    ])
    expect(JSON.stringify(events)).not.toMatch(/2025550|320123|2001:db8|Monday/)
    env['OTP_PEPPER'] = 'another-pepper-'.repeat(3)
    expect(await run('overrides')).toMatch(/^2 more were made under another OTP_PEPPER/)
  })

  it('name ten thousand numbers or a million, or say that they cannot (SR-K12)', async () => {
    await openSqlite().close()
    const scopes = async (range: string) => {
      const told = await run('deny', ['--range', range])
      return [...told.matchAll(/\+\d+x+(?= until)/g)].map(([scope]) => scope)
    }
    expect(await scopes('+39 320 123')).toEqual(['+39320123xxxx'])
    expect(await scopes('+393201')).toEqual(['+393201xxxxxx'])
    expect(await scopes('0044 7400 12')).toEqual(['+44740012xxxx'])
    expect(await scopes('+447400')).toEqual(['+447400xxxxxx'])
    // Landlines of Berlin have seven digits, eight, or more, and mobiles of Indonesia differ too.
    for (const range of ['+49 30 123', '+6281234']) {
      await expect(run('deny', ['--range', range]), range).rejects.toThrow(/differ in length/)
    }
    expect(await scopes('+49 30 123xxxx')).toEqual(['+4930123xxxx'])
    expect(await scopes('+62812345xxxx')).toEqual(['+62812345xxxx'])
    expect(await scopes('+6281234xxxxxx')).toEqual(['+6281234xxxxxx'])
    expect(await run('lift', ['--range', '+62812345xxxx'])).toBe('Removed.')
    // Numbers that are longer than is usual are among those of which the guard has accounts.
    expect(await scopes('+43664123')).toEqual(['+43664123xxxx'])
    for (const [range, among] of [
      ['+43 664 12345', '+43664123xxxx'],
      ['+43 664 123xxxxxx', '+436641xxxxxx'],
    ] as const) {
      await expect(run('deny', ['--range', range])).rejects.toThrow(
        `longer than usual, and belong to ${among}`,
      )
    }
    expect(await scopes('+39320123xxxx')).toEqual(['+39320123xxxx'])
    // Mobiles of Argentina are kept with the 9 that people leave out.
    expect(await scopes('+54 11 4321')).toEqual(['+549114321xxxx'])
    for (const range of [
      '+120255',
      '+12025551',
      '+1202',
      '+1',
      '+999123',
      '1202555',
      'all',
      '+1202555x',
      '+1202555xxxxxx',
    ]) {
      await expect(run('deny', ['--range', range]), range).rejects.toThrow(
        /the last four \(ten thousand numbers\)/,
      )
    }
  })

  it('refuse what they cannot name, and repeat no number', async () => {
    await openSqlite().close()
    for (const [args, mistake] of [
      [[], /^Name one of/],
      [['--number', NUMBER, '--range', '+1202555'], /^Name one of/],
      [['--number', '+1202555'], /^--number: /],
      [['--address', '192.0.2.0/16'], /^--address: /],
      [['--address', '192.0.2.0/64'], /^--address: /],
      [['--address', '2001:db8::1/128'], /^--address: /],
      [['--address', 'proxy.example'], /^--address: /],
      [['--number', NUMBER, '--note', 'x'.repeat(201)], /^--note: /],
      [['--number', NUMBER, '--note', 'a\u001b[2Jb'], /^--note: /],
      [['--number', NUMBER, '--for', '91d'], /90 days at most/],
    ] as const) {
      const refused = await run('deny', [...args]).catch((error: unknown) => error as Error)
      expect((refused as Error).message, args.join(' ')).toMatch(mistake)
      expect((refused as Error).message).not.toContain('2025')
    }
    env['OTP_STORE'] = 'memory:'
    await expect(run('deny', ['--number', NUMBER])).rejects.toThrow(/memory: is inside the server process/)
  })

  it('of a number are forgotten with it (SR-G09)', async () => {
    const code = await serve(openSqlite())
    await run('deny', ['--number', NUMBER])
    await run('allow', ['--range', '+1202555'])
    expect(await code()).toBe('cannot_send')
    const erase = eraseCommand(env, { print: () => {} })
    await erase.exitOverride().parseAsync([NUMBER], { from: 'user' })
    expect(await code()).toBe(201)
    expect(JSON.parse(await run('overrides', ['--json'])).overrides).toMatchObject([{ of: 'range' }])
  })
})
