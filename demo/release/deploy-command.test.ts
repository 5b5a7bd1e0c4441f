import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { openStore } from '../../server/cli/open-store.js'
import { read, ROOT } from './manifest.js'

const UNIT = read('deploy/otp-verify@.service')
const COMMAND = read('deploy/otp-verify-command')

/** What systemd would do with these options, but for users and rights: nothing of this environment reaches the command. */
const SYSTEMD_RUN = `#!${process.execPath}
const { spawnSync } = require('node:child_process')
const { copyFileSync, mkdtempSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
const end = args.indexOf('--')
const credentials = mkdtempSync(process.env.PLACE + '/credentials-')
const env = { PATH: '/usr/bin:/bin', CREDENTIALS_DIRECTORY: credentials }
let cwd
args.slice(0, end).forEach((arg, at) => {
  if (arg.startsWith('--working-directory=')) cwd = arg.slice(20)
  if (arg !== '-p') return
  const [, name, value] = /^(\\w+)=([^]*)$/.exec(args[at + 1])
  const pairs = name === 'EnvironmentFile' ? readFileSync(value, 'utf8').split('\\n') : name === 'Environment' ? value.split(' ') : []
  for (const pair of pairs.filter(Boolean)) env[pair.split('=')[0]] = pair.slice(pair.indexOf('=') + 1)
  if (name === 'LoadCredential') copyFileSync(value.split(':')[1], credentials + '/' + value.split(':')[0])
})
const [program, ...rest] = args.slice(end + 1)
process.exit(spawnSync(program, rest, { cwd, env, stdio: 'inherit' }).status)
`

let place: string
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'otp-verify-command-'))
  const write = (name: string, text: string, mode = 0o600) => writeFileSync(join(place, name), text, { mode })
  for (const folder of ['etc', 'state', 'state/data', 'bin']) mkdirSync(join(place, folder), { mode: 0o700 })
  write('etc/pepper', randomBytes(32).toString('hex'))
  write('etc/site-secret', `otps_${randomBytes(32).toString('hex')}`)
  write('etc/infobip-api-key', randomBytes(24).toString('hex'))
  const settings = {
    ...{ OTP_PUBLIC_URL: 'https://otp.shop.example', OTP_SITEKEY: 'shop', OTP_DAILY_BUDGET: '250' },
    ...{ OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_COUNTRIES: 'HR', OTP_TRUST_PROXY: '1' },
    ...{
      INFOBIP_BASE_URL: 'https://abc.api.infobip.com',
      INFOBIP_2FA_APP_ID: 'A1B2',
      INFOBIP_2FA_MESSAGE_ID: 'C3D4',
    },
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  write('etc/environment', lines.join(''))
  write('bin/systemd-run', SYSTEMD_RUN, 0o700)
  const moved = COMMAND.replaceAll('/etc/otp-verify', join(place, 'etc'))
    .replaceAll('/var/lib/otp-verify', join(place, 'state'))
    .replaceAll('/opt/otp-verify/node_modules/otp-verify/', ROOT)
    .replaceAll('/usr/bin/node', process.execPath)
  write('bin/otp-verify-command', moved, 0o700)
  await (await openStore(`sqlite:${join(place, 'state/data/otp-verify.db')}`)).close()
  return () => rmSync(place, { recursive: true })
})

function run(...args: string[]) {
  return runWith({}, ...args)
}

function runWith(variables: Record<string, string>, ...args: string[]) {
  return runOn('', args, variables)
}

/** @param input what the command finds on its standard input */
function runOn(input: string, args: string[], variables: Record<string, string> = {}) {
  const env = {
    ...variables,
    PATH: [join(place, 'bin'), '/usr/bin', '/bin'].join(delimiter),
    PLACE: place,
  }
  const options = { env, input, encoding: 'utf8', timeout: 30_000 } as const
  return spawnSync(join(place, 'bin/otp-verify-command'), args, options)
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
        RegExp(`${name}="(\\$\\{${name}-)?\\$CREDENTIALS_DIRECTORY/${value.slice(3)}\\}?"`),
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
    /^\{.*"event":"pause","change":"pause",.*\}\nWarning: no server is on this store .*\n$/,
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
    runWith(env, 'setup', '--env-file', variables, '--yes').stderr
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
  expect(stderr).toContain('no site of the configuration has that sitekey')
})

it('hands on its standard input, so that no journal has a number', () => {
  const erased = runOn('+12025550123\n', ['erase', '-', '--json'])
  expect(erased).toMatchObject({ status: 0 })
  expect(JSON.parse(erased.stdout)).toMatchObject({ erased: true, sites: ['shop'] })
  expect(runOn('+12025550123\n', ['deny', '--number', '-'])).toMatchObject({ status: 0 })
})
