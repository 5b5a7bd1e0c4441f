import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { openStore } from '../../server/assembly/open-store.js'
import { read, ROOT } from './manifest.js'

/**
 * What systemd would do with these options, except for users and rights: nothing of this environment reaches the command, the
 * words of which it reads as systemd.service(5) says. It notes what the journal would have of the start.
 */
const SYSTEMD_RUN = `#!${process.execPath}
const { spawnSync } = require('node:child_process')
const { appendFileSync, copyFileSync, mkdtempSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
const end = args.indexOf('--')
const words = args.slice(end + 1)
const credentials = mkdtempSync(process.env.PLACE + '/credentials-')
const env = { PATH: '/usr/bin:/bin', CREDENTIALS_DIRECTORY: credentials }
let cwd
let description = words.join(' ')
args.slice(0, end).forEach((arg, at) => {
  if (arg.startsWith('--working-directory=')) cwd = arg.slice(20)
  if (arg.startsWith('--description=')) description = arg.slice(14)
  if (arg !== '-p') return
  const [, name, value] = /^(\\w+)=([^]*)$/.exec(args[at + 1])
  const pairs = name === 'EnvironmentFile' ? readFileSync(value, 'utf8').split('\\n') : name === 'Environment' ? value.split(' ') : []
  for (const pair of pairs.filter(Boolean)) env[pair.split('=')[0]] = pair.slice(pair.indexOf('=') + 1)
  if (name === 'LoadCredential') copyFileSync(value.split(':')[1], credentials + '/' + value.split(':')[0])
})
const [program, ...rest] = words.flatMap((word) =>
  /^[$][^{$]/.test(word)
    ? (env[word.slice(1)] ?? '').split(/\\s+/).filter(Boolean)
    : word.replace(/[$](?:([$])|[{]([^}]*)[}])/g, (_, dollar, name) => dollar ?? env[name] ?? ''),
)
appendFileSync(process.env.PLACE + '/journal', 'Started ' + description + '\\n')
process.exit(spawnSync(program, rest, { cwd, env, stdio: 'inherit' }).status)
`

/** How a command ended, and what it said. */
interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

/** The script of deploy/ with a stand-in for systemd and a machine's files in a temporary folder. */
export interface MovedCommand {
  place: string
  run(variables: Record<string, string>, ...args: string[]): Ended
  /** @param input what the command finds on its standard input */
  feed(input: string, ...args: string[]): Ended
  remove(): void
}

/** Puts it there. */
export async function moveCommand(): Promise<MovedCommand> {
  const place = mkdtempSync(join(tmpdir(), 'otp-verify-command-'))
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
  const moved = read('deploy/otp-verify-command')
    .replaceAll('/etc/otp-verify', join(place, 'etc'))
    .replaceAll('/var/lib/otp-verify', join(place, 'state'))
    .replaceAll('/opt/otp-verify/node_modules/otp-verify/', ROOT)
    .replaceAll('/usr/bin/node', process.execPath)
  write('bin/otp-verify-command', moved, 0o700)
  await (await openStore(`sqlite:${join(place, 'state/data/otp-verify.db')}`)).close()
  function run(args: string[], variables: Record<string, string>, input: string): Ended {
    const path = [join(place, 'bin'), '/usr/bin', '/bin'].join(delimiter)
    const env = { ...variables, PATH: path, PLACE: place }
    const options = { env, input, encoding: 'utf8', timeout: 30_000 } as const
    return spawnSync(join(place, 'bin/otp-verify-command'), args, options)
  }
  return {
    place,
    run: (variables, ...args) => run(args, variables, ''),
    feed: (input, ...args) => run(args, {}, input),
    remove: () => rmSync(place, { recursive: true }),
  }
}
