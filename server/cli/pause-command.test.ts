import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { pauseCharges } from '../guard/pause.js'
import type { ServerEvent } from '../observe/events.js'
import { sqliteStore } from '../store/sqlite/sqlite.js'
import { taken } from '../store/test/bench.js'
import { examineStore } from './examine-store.js'
import { overrideCommands } from './override-commands.js'
import { pauseCommand, resumeCommand } from './pause-command.js'

let folder: string
let events: ServerEvent[]
let env: Record<string, string>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otp-verify-pause-'))
  events = []
  env = { OTP_STORE: `sqlite:${join(folder, 'store.db')}`, OTP_SITEKEY: 'shop' }
})
afterEach(() => rmSync(folder, { recursive: true }))

async function run(make: typeof pauseCommand, ...args: string[]): Promise<string> {
  const printed: string[] = []
  const command = make(env, { print: (text) => printed.push(text) }, (event) => events.push(event))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  await command.parseAsync(args, { from: 'user' })
  return printed.join('\n')
}

async function isSent(country: string): Promise<boolean> {
  const store = sqliteStore({ path: join(folder, 'store.db') })
  try {
    return await taken(store.consume(pauseCharges('shop', country)))
  } finally {
    await store.close()
  }
}

it('stops and resumes what it names, and says so (SR-I10)', async () => {
  expect(await isSent('HR')).toBe(true)
  expect(await run(pauseCommand, '--country', 'hr', '--for', '2h')).toMatch(
    /^Nothing is sent by any site to HR until about \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
  )
  expect([await isSent('HR'), await isSent('DE')]).toEqual([false, true])
  expect(await run(pauseCommand, '--site', 'shop')).toContain('by shop to any country')
  expect([await isSent('HR'), await isSent('DE')]).toEqual([false, false])
  expect(await run(resumeCommand, '--site', 'shop')).toContain('by shop to any country are no longer paused')
  expect([await isSent('HR'), await isSent('DE')]).toEqual([false, true])
  await run(resumeCommand, '--country', 'HR')
  expect(await isSent('HR')).toBe(true)
})

it('stops the site of the sandbox where none is named, as beside npm start, and in production none', async () => {
  delete env['OTP_SITEKEY']
  const store = sqliteStore({ path: join(folder, 'store.db') })
  await store.close()
  expect(await run(pauseCommand, '--site', 'demo')).toContain('by demo to any country')
  expect(await run(resumeCommand, '--site', 'demo')).toContain('by demo to any country are no longer paused')
  env['NODE_ENV'] = 'production'
  await expect(run(pauseCommand, '--site', 'demo')).rejects.toThrow(/no configured site/)
})

it('refuses sites and countries that do not exist, and times that are none', async () => {
  await expect(run(pauseCommand, '--site', 'shpo')).rejects.toThrow(ConfigError)
  await expect(run(pauseCommand, '--country', 'XX')).rejects.toThrow(ConfigError)
  for (const time of ['2', '0h', '91d', 'soon']) {
    await expect(run(pauseCommand, '--for', time), time).rejects.toThrow(/Write 30m/)
  }
  expect(await isSent('HR')).toBe(true)
})

it('refuses to pause what no server uses: a store of its own memory, or a file that is not there', async () => {
  env['OTP_STORE'] = 'memory:'
  await expect(run(pauseCommand)).rejects.toThrow(/OTP_STORE: memory: is inside the server process/)
  env['OTP_STORE'] = `sqlite:${join(folder, 'elsewhere.db')}`
  await expect(run(pauseCommand)).rejects.toThrow(/OTP_STORE: .+ does not exist; run this where/)
})

it('warns where no server is on the store, and else says how many obey', async () => {
  const warn = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const store = sqliteStore({ path: join(folder, 'store.db') })
  onTestFinished(() => store.close())
  for (const command of [pauseCommand, resumeCommand]) {
    expect(await run(command)).not.toMatch(/obey/)
    expect(warn.mock.lastCall![0]).toMatch(/^Warning: no server uses this store now\./)
    warn.mockClear()
  }
  await store.announce('servers', 'one', '{}', 20_000)
  expect(await run(pauseCommand)).toMatch(/ One server obeys\.$/)
  await store.announce('servers', 'other', '{}', 20_000)
  expect(await run(resumeCommand)).toMatch(/no longer paused\..*\n2 servers obey\.$/s)
  expect(warn).not.toHaveBeenCalled()
})

it('tells how long it lasts as it is written', () => {
  expect(pauseCommand(env, { print: () => {} }).helpInformation()).toContain('(default: 1d)')
})

it('is listed with who and why, audited, told by the doctor, and ended by the command that it names (SR-I10)', async () => {
  await sqliteStore({ path: join(folder, 'store.db') }).close()
  env['OTP_PEPPER'] = 'pepper-of-pauses-'.repeat(2)
  const by = userInfo().username
  const list = (): Promise<string> => run(() => overrideCommands(env, { print }).at(-1)!)
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const doctor = () => examineStore(env['OTP_STORE']!, Date.now)
  expect(await run(resumeCommand)).toBe(
    'Messages sent by any site to any country were not paused.\nThere are no other pauses.',
  )
  expect(events).toEqual([])
  expect(await run(pauseCommand, '--site', 'shop', '--country', 'HR')).toContain(
    'or until: otp-verify resume --site shop --country HR.',
  )
  await run(pauseCommand, '--for', '2h', '--note', 'wave of Monday')
  await list()
  expect(printed.at(-1)!.split('\n')).toEqual([
    expect.stringMatching(
      new RegExp(String.raw`^pause  by any site to any country  until .* UTC  by ${by}  wave of Monday$`),
    ),
    expect.stringMatching(new RegExp(String.raw`^pause  by shop to HR +until .* UTC  by ${by}$`)),
  ])
  const { weaknesses, notes } = await doctor()
  expect(weaknesses).toMatchObject([{ check: 'store.paused', fix: 'To send again: otp-verify resume' }])
  expect(weaknesses[0]!.message).toMatch(
    /^Nothing is sent by any site to any country until .*\(wave of Monday\)\.$/,
  )
  expect(notes).toMatchObject([expect.stringMatching(/by shop to HR .*resume --site shop --country HR$/)])
  expect(await run(resumeCommand)).toMatch(
    /^Messages sent by any site to any country are no longer paused\.\nOther pauses:\n {2}Nothing is sent by shop to HR until .*, or until: otp-verify resume --site shop --country HR$/,
  )
  expect(await run(resumeCommand, '--site', 'shop')).toMatch(
    /^Messages sent by shop to any.* were not paused\.\nOther pauses/,
  )
  expect(await run(resumeCommand, '--site', 'shop', '--country', 'HR')).toMatch(
    /no longer paused\.\nThere are no other pauses\.$/,
  )
  expect((await doctor()).weaknesses).toEqual([])
  expect(events).toMatchObject([
    { event: 'pause', change: 'pause', sitekey: 'shop', country: 'HR', by, until: expect.any(String) },
    { event: 'pause', change: 'pause', by },
    { event: 'pause', change: 'resume', by },
    { event: 'pause', change: 'resume', sitekey: 'shop', country: 'HR', by },
  ])
  expect(JSON.stringify(events)).not.toContain('Monday')
})
