import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { read, ROOT } from './manifest.js'
import { moveCommand, type MovedCommand } from './moved-command.js'

const UNIT = read('deploy/otp-verify@.service')
const COMMAND = read('deploy/otp-verify-command')

let moved: MovedCommand
let place: string
beforeAll(async () => {
  moved = await moveCommand()
  place = moved.place
  return moved.remove
})

function run(...args: string[]) {
  return moved.run({}, ...args)
}

it('gives a command every variable and every credential that the unit gives its servers', () => {
  const names = UNIT.split('\n')
    .filter((line) => line.startsWith('Environment='))
    .flatMap((line) => line.slice('Environment='.length).split(' '))
    .filter((pair) => !pair.includes('%i'))
  expect(names.length).toBeGreaterThan(4)
  for (const pair of names) {
    const [name, value] = pair.split('=') as [string, string]
    if (value.startsWith('%d/'))
      expect(COMMAND).toMatch(
        RegExp(`${name}="(\\$\\$\\{${name}-)?\\$CREDENTIALS_DIRECTORY/${value.slice(3)}\\}?"`),
      )
    else expect(COMMAND).toContain(pair)
  }
  for (const [, what] of UNIT.matchAll(/^((?:LoadCredential|EnvironmentFile|UMask|LimitCORE)=.*)$/gm))
    expect(COMMAND).toContain(`-p ${what}`)
})

it('is a script that a shell takes', () => {
  execFileSync('sh', ['-n', join(ROOT, 'deploy/otp-verify-command')])
})

it('lists, replaces and revokes the keys, tells the worst day, examines what there is, and pauses', () => {
  const keys = join(place, 'state/signing-keys.json')
  expect(run('keys', 'generate', '--file', keys)).toMatchObject({ status: 0 })
  const listed = run('keys', 'list', '--json')
  expect(listed).toMatchObject({ status: 0, stderr: '' })
  const { kid } = (JSON.parse(listed.stdout) as { keys: { kid: string }[] }).keys[0]!
  expect(run('keys', 'rotate')).toMatchObject({ status: 0, stderr: '' })
  expect(run('keys', 'revoke', kid)).toMatchObject({ status: 0, stderr: '' })
  expect(run('keys', 'list').stdout).not.toContain(kid)
  expect(run('bound')).toMatchObject({ status: 0, stderr: '' })
  const examined = run('doctor', '--offline', '--json')
  expect(examined.stdout + examined.stderr).not.toMatch(
    /OTP_SIGNING_KEYS|OTP_PEPPER|is missing|INFOBIP_API_KEY/,
  )
  // Its event goes where the logs go, and so does that nobody is there to obey.
  const event = expect.stringMatching(
    /^\{.*"event":"pause","change":"pause",.*\}\nWarning: no server uses this store now\..*\n$/,
  ) as string
  expect(run('pause', '--site', 'shop')).toMatchObject({ status: 0, stderr: event })
})

it('hands on the key that manages the account, and no option to Node.js', () => {
  const file = join(place, 'etc/management-key')
  writeFileSync(file, 'management', { mode: 0o600 })
  const variables = join(place, 'state/ids')
  const environment = join(place, 'etc/environment')
  const before = readFileSync(environment, 'utf8')
  // Nobody answers there.
  writeFileSync(environment, before.replace('https://abc.api.infobip.com', 'https://127.0.0.1:1'))
  const setUp = (env: Record<string, string>) =>
    moved.run(env, 'setup', '--env-file', variables, '--yes').stderr
  expect(setUp({})).toContain('INFOBIP_MANAGEMENT_API_KEY: is missing')
  const withKey = setUp({ INFOBIP_MANAGEMENT_API_KEY_FILE: file })
  expect(withKey).toContain('Infobip')
  expect(withKey).not.toMatch(/is missing|not found/)
  writeFileSync(environment, before)
})

it('lets the sites come from the configuration file', () => {
  const environment = join(place, 'etc/environment')
  const config = join(place, 'state/otp-verify.config.json')
  const before = readFileSync(environment, 'utf8')
  const kept = before.split('\n').filter((line) => !/^OTP_(SITEKEY|ALLOWED|COUNTRIES|DAILY)/.test(line))
  writeFileSync(environment, [...kept, 'OTP_SITE_SECRET_FILE='].join('\n'))
  const site = { origins: ['https://shop.example'], countries: ['HR'], dailyBudget: 50 }
  const sites = ['shop', 'club'].map((sitekey) => ({
    ...site,
    sitekey,
    secrets: [`otps_${sitekey.repeat(16)}`],
  }))
  writeFileSync(config, JSON.stringify({ sites }), { mode: 0o600 })
  expect(run('pause', '--site', 'club')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('"pause"'),
  })
  expect(run('doctor', '--offline', '--json').stdout).not.toContain('OTP_SITE_SECRET')
  writeFileSync(environment, before)
  rmSync(config)
})

it('ends as the command does, and says what it said', () => {
  const { status, stderr } = run('pause', '--site', 'shpo')
  expect(status).toBe(1)
  expect(stderr).toContain('no configured site has that sitekey')
})

it('hands on its standard input, so that no journal has a number', () => {
  const erased = moved.feed('+12025550123\n', 'erase', '-', '--json')
  expect(erased).toMatchObject({ status: 0 })
  expect(JSON.parse(erased.stdout)).toMatchObject({ erased: true, sites: ['shop'] })
  expect(moved.feed('+12025550123\n', 'deny', '--number', '-')).toMatchObject({ status: 0 })
})

it('says from a log on its standard input why somebody was refused', () => {
  const requestId = '0b7c6f0e-0000-4000-8000-000000000000'
  const refusal = { event: 'refused', operation: 'start', code: 'rate_limited', reason: 'provider_limit' }
  const line = JSON.stringify({ level: 30, time: '2026-01-15T12:05:09.000Z', ...refusal, requestId })
  expect(moved.feed(`${line}\n`, 'why', requestId)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('A limit of Infobip’s own refused it, not one of this server.') as string,
  })
})
