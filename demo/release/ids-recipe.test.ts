import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { setVariables } from '../../server/cli/env-file.js'
import { scriptsOf } from './documented-commands.js'

/** What `otp-verify setup` writes. */
const IDS = {
  INFOBIP_2FA_APP_ID: '0AB1-c_2',
  INFOBIP_2FA_MESSAGE_ID: '1CD2EF',
  INFOBIP_HOST_PLACEHOLDER: 'host',
}
const WRITTEN = Object.entries(IDS).map(([name, value]) => `${name}=${value}`)

/** What a server that was broken into might write into a file of a folder of its own. */
const HOSTILE = [
  'COMPOSE_FILE=/keys/compose.yaml',
  'NODE_OPTIONS=--require=/var/lib/otp-verify/evil.js',
  'INFOBIP_BASE_URL=https://evil.example',
  'INFOBIP_2FA_APP_ID=$(id)',
  'INFOBIP_2FA_APP_ID=A B',
  ' INFOBIP_2FA_APP_ID=A',
  'export INFOBIP_2FA_APP_ID=A',
]

it.each([
  ['One machine', '/var/lib/otp-verify/ids', '/etc/otp-verify/environment'],
  ['Containers', 'keys/ids', '.env'],
])('the commands of "%s" take the ids of setup over, and no line that a server wrote', async (_, ids, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-ids-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const script = scriptsOf('docs/deploying.md').find((text) =>
    text.includes(`--env-file /${ids.replace(/^\//, '')}`),
  )!
  const lines = script.replaceAll('\\\n', ' ').split('\n')
  const [before, after] = [
    lines.filter((line) => line === `rm -f ${ids}`),
    lines.filter((line) => line.endsWith(`>> ${to}`)),
  ]
  const moved = (command: string) =>
    command.replace(ids, join(folder, 'ids')).replace(`>> ${to}`, `>> ${join(folder, 'environment')}`)
  const run = (commands: string[]) => execFileSync('sh', ['-euc', commands.map(moved).join('\n')])

  writeFileSync(join(folder, 'environment'), 'OTP_SITEKEY=shop\n')
  writeFileSync(join(folder, 'ids'), 'INFOBIP_2FA_APP_ID=old\nINFOBIP_2FA_APP_ID=older\n')
  run(before)
  await setVariables(join(folder, 'ids'), IDS)
  appendFileSync(join(folder, 'ids'), `${HOSTILE.join('\n')}\n`)
  run(after)
  expect(readFileSync(join(folder, 'environment'), 'utf8').split('\n')).toEqual([
    'OTP_SITEKEY=shop',
    ...WRITTEN,
    '',
  ])
})
