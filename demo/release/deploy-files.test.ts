import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { VARIABLES as SETTINGS } from '../../server/config/variables.js'
import { filesBelow, MANIFEST, read, ROOT } from './manifest.js'

/** The lines of a file that are not comments, with continued ones joined. */
const linesOf = (path: string) =>
  read(path)
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))

/** Names of variables that the server reads, and those of their files. */
const KNOWN = Object.entries(SETTINGS).flatMap(([name, { secret }]) =>
  secret ? [name, `${name}_FILE`] : [name],
)
const VARIABLES = Object.keys(SETTINGS)

describe('deploy/Dockerfile', () => {
  const lines = linesOf('deploy/Dockerfile')
  const instructions = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

  it('copies what there is, and lets the build see no more than it needs', () => {
    const sources = instructions('COPY').filter((copy) => !copy.startsWith('--from'))
    expect(sources).toEqual(['package.json package-lock.json .npmrc ./', '. .'])
    const [first, ...rules] = linesOf('deploy/Dockerfile.dockerignore')
    expect(first).toBe('*')
    const seen = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
    for (const path of seen) expect(existsSync(join(ROOT, path)), path).toBe(true)
    for (const path of ['.env', 'data', '.git', 'deploy', 'node_modules']) expect(seen).not.toContain(path)
  })

  it('runs the program of the package as nobody, in production, without a shell (SR-I09)', () => {
    const program = `/app/${MANIFEST.bin['otp-verify']}`
    expect(lastStage).toContain('USER 65532:65532')
    expect(lastStage).toContain(`ENTRYPOINT ["/nodejs/bin/node", "--", "${program}"]`)
    expect(lastStage.join('\n')).toContain('NODE_ENV=production')
    expect(lastStage.filter((line) => line.startsWith('RUN'))).toEqual([])
    expect(lastStage[0]).toMatch(/distroless\/nodejs\d+-debian\d+:nonroot(@sha256:[0-9a-f]{64})?$/)
  })

  it('asks the server itself how it is, and never Infobip', async () => {
    const [, script = ''] = /"-e", "([^"]+)"/.exec(instructions('HEALTHCHECK').join()) ?? []
    const answers = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
    onTestFinished(() => void answers.close())
    await once(answers, 'listening')
    const asking = (port: number) =>
      promisify(execFile)(process.execPath, ['-e', script], { env: { OTP_ADMIN_PORT: String(port) } })
    await asking((answers.address() as AddressInfo).port)
    await expect(asking(1)).rejects.toMatchObject({ code: 1 })
    expect(script).toContain('|| 8789')
  })
})

describe('deploy/compose.yaml', () => {
  const text = read('deploy/compose.yaml')

  it('sets variables that the server knows, and no secret among them', () => {
    const set = [...text.matchAll(/^ {4}((?:OTP|INFOBIP)_\w+): (.*)$/gm)]
    expect(set.length).toBeGreaterThan(10)
    for (const [, name, value] of set) {
      expect(KNOWN).toContain(name)
      if (KNOWN.includes(`${name}_FILE`)) expect.fail(`${name} is ${value}; it belongs into a file.`)
    }
  })

  it('passes every variable but those that only a file or the image says', () => {
    const passed = [...text.matchAll(/^ {4}((?:OTP|INFOBIP)_\w+): /gm)].map(([, name]) => name)
    const fixed = ['OTP_HOST', 'OTP_PORT', 'OTP_ADMIN_PORT', 'OTP_SANDBOX_PORT']
    for (const name of VARIABLES)
      if (!fixed.includes(name))
        expect(
          [name, `${name}_FILE`].some((one) => passed.includes(one)),
          name,
        ).toBe(true)
  })

  it('gives no service a capability, a file system to write to, or a way to more rights', () => {
    const begins = ['\nx-otp:', '\nservices:', '\n  caddy:', '\n  valkey:', '\nnetworks:'].map((at) =>
      text.indexOf(at),
    )
    const [otp, , caddy, valkey] = begins.slice(0, -1).map((at, index) => text.slice(at, begins[index + 1]))
    for (const service of [otp, caddy, valkey]) {
      for (const line of ['read_only: true', 'cap_drop: [ALL]', "security_opt: ['no-new-privileges:true']"])
        expect(service).toContain(line)
    }
    expect(text.match(/cap_add: .*/g)).toEqual(['cap_add: [NET_BIND_SERVICE]'])
    expect(text.match(/^ {4}ports: .*/gm)).toHaveLength(1)
  })

  it('lets no server that crashes leave its memory, with the pepper, in a file', () => {
    const [otp] = text.split('\nservices:')
    expect(otp).toMatch(/^ {2}ulimits: \{ core: 0 \}$/m)
  })

  it('stops the server no sooner than calls under way get to finish', () => {
    const [, seconds] = /stop_grace_period: (\d+)s/.exec(text) ?? []
    const [, patience] = /STOP_PATIENCE = (\d+)_000/.exec(read('server/cli/serve.ts')) ?? []
    expect(Number(seconds)).toBeGreaterThan(Number(patience))
  })

  it('has every secret in a file that its documentation says how to make', () => {
    const files = [...text.matchAll(/file: \.\/(secrets\/[\w.-]+)/g)].map(([, file]) => file!)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect(read('docs/deploying.md')).toContain(file)
  })

  it('goes to the servers by the proxy whose file is beside it', () => {
    const upstreams = /reverse_proxy (.*) \{/.exec(read('deploy/Caddyfile'))![1]!.split(' ')
    for (const upstream of upstreams)
      expect(text).toMatch(new RegExp(`^ {2}${upstream.replace(':8787', '')}: \\*otp$`, 'm'))
  })
})

describe('deploy/otp-verify@.service', () => {
  const UNIT = 'deploy/otp-verify@.service'
  const lines = linesOf(UNIT)

  it('sets variables that the server knows, secrets by their files', () => {
    const set = lines
      .filter((line) => line.startsWith('Environment='))
      .flatMap((line) =>
        line
          .slice('Environment='.length)
          .split(' ')
          .map((each) => each.split('=')[0]!),
      )
    for (const name of set) if (name !== 'NODE_ENV') expect(KNOWN).toContain(name)
    expect(lines.find((line) => line.startsWith('ExecStart='))).toContain(MANIFEST.bin['otp-verify'])
  })

  it('lets no server that crashes leave its memory, with the pepper, in the folder of the store', () => {
    expect(lines).toContain('LimitCORE=0')
  })

  it('has started when it is ready, and not after the program has ended', async () => {
    const [, script = ''] =
      /^ExecStartPost=\/bin\/sh -c '(.*)'$/.exec(lines.find((line) => line.startsWith('ExecStartPost='))!) ??
      []
    const ready = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
    await once(ready, 'listening')
    const { port } = ready.address() as AddressInfo
    const run = (pid: number) =>
      promisify(execFile)('/bin/sh', ['-c', script.replace('1%i', String(port)).replaceAll('$$', '$')], {
        env: { PATH: process.env['PATH'], MAINPID: String(pid) },
      })
    const ended = spawn('true')
    await once(ended, 'exit')
    await run(process.pid)
    ready.close()
    await expect(run(ended.pid!)).rejects.toMatchObject({ code: 1 })
  })

  it.skipIf(!has('systemd-analyze'))(
    'is one that systemd takes, and rates as exposed by less than 1.5 of 10',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'otp-verify-unit-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const unit = join(folder, 'otp-verify@8787.service')
      copyFileSync(join(ROOT, UNIT), unit)
      const analyze = (...args: string[]) =>
        execFileSync('systemd-analyze', [...args, unit], { encoding: 'utf8', stdio: 'pipe' })
      expect(analyze('verify')).toBe('')
      const rating = analyze('security', '--offline=true', '--no-pager')
      expect(Number(/exposure level for .*: ([\d.]+)/.exec(rating)?.[1])).toBeLessThan(1.5)
    },
  )
})

function expectDigests(workflow: string): void {
  const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action)
  expect(actions.length).toBeGreaterThan(0)
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
}

it('.github/workflows/audit.yml asks each day what a release has to be clean of (SR-J03)', () => {
  const text = read('.github/workflows/audit.yml')
  expect(text).toMatch(/^ {2}schedule:\n {4}- cron: '\d+ \d+ \* \* \*'$/m)
  const [audit] = /npm audit .*/.exec(read('.github/workflows/release.yml'))!
  expect(text).toContain(`run: ${audit}\n`)
  expect(text).toMatch(/^permissions: \{\}$/m)
  expectDigests(text)
})

describe('.github/workflows/release.yml (SR-J04)', () => {
  const text = read('.github/workflows/release.yml')

  it('takes no action but by the digest of its commit', () => {
    expectDigests(text)
  })

  it('publishes with provenance, from an environment that somebody approves, without a token or a cache', () => {
    const [, publish = ''] = text.split(/^ {2}publish:$/m)
    expect(publish).toMatch(/environment: npm\n/)
    expect(publish).toContain('npm publish --provenance')
    expect(text.match(/id-token: write/g)).toHaveLength(1)
    expect(publish).toContain('id-token: write')
    expect(text).toMatch(/^permissions: \{\}$/m)
    expect(text).not.toMatch(
      /secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN|^\s+cache:|actions\/cache|pull_request|\$\{\{/m,
    )
  })

  it('runs commands that package.json has', () => {
    for (const [, name] of text.matchAll(/npm run (\w+)/g)) expect(MANIFEST.scripts).toHaveProperty([name!])
  })
})

it('every proxy is told to write X-Forwarded-Proto over on plain HTTP too, or does so by itself', () => {
  const rows = read('docs/deploying.md').match(/^\| .*set-header X-Forwarded-Proto .*$/gm) ?? []
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatch(/Proto https if \{ ssl_fc \}.*Proto http unless \{ ssl_fc \}/)
  expect(read('docs/deploying.md')).toContain('proxy_set_header X-Forwarded-Proto $scheme')
})

it.each([
  ['One machine', /^## One machine\n([^]*?)^## /m],
  ['Containers', /^## Containers\n([^]*?)^## /m],
])('docs/deploying.md names under "%s" every variable that setup writes', (_, section) => {
  const [, writes = ''] =
    /const variables = \{([^]*?)\n {2}\}/.exec(read('server/cli/setup-command.ts')) ?? []
  const written = writes.match(/INFOBIP_\w+/g) ?? []
  expect(written).toContain('INFOBIP_HOST_PLACEHOLDER')
  const [, text] = section.exec(read('docs/deploying.md'))!
  for (const name of [
    ...written,
    'OTP_CHANNELS',
    'OTP_VOICE_COUNTRIES',
    'OTP_ALERT_URL',
    'OTP_ALERT_SECRET',
    'INFOBIP_DELIVERY_SECRET',
  ])
    expect(text).toContain(name)
  expect(text).toContain('otp-verify.config.json')
})

it('docs/deploying.md has setup make what no server starts without, and doctor look, before one starts', () => {
  const page = read('docs/deploying.md')
  for (const starts of ['systemctl enable --now', 'docker compose up --detach\n']) {
    const before = page.slice(0, page.indexOf(starts))
    const [, section = ''] = /.*^## ([^]*)$/ms.exec(before) ?? []
    const places = [/^rm -f \S*ids$/m, / setup --env-file /, /ids >> /, / doctor$/m].map((step) =>
      section.search(step),
    )
    expect(Math.min(...places), starts).toBeGreaterThan(0)
    expect(places, starts).toEqual([...places].sort((a, b) => a - b))
  }
})

it('Node.js is given no option for its own where a command may have one of the same name', () => {
  for (const path of [...filesBelow('deploy'), 'docs/deploying.md'])
    expect(read(path), path).not.toMatch(/bin\/node"?,? "?\/(app|opt)/)
})

it('no file of deploy/ is without a word in docs/deploying.md', () => {
  for (const path of filesBelow('deploy')) {
    if (!path.endsWith('.dockerignore')) expect(read('docs/deploying.md')).toContain(path)
  }
})

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
