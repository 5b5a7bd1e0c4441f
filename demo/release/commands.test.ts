import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../server/config/config.js'
import { PROGRAM } from '../processes/built.js'
import { documentedCommands, scriptsOf } from './documented-commands.js'
import { MANIFEST, read, ROOT } from './manifest.js'

/** What tries a command: a file and words in it; or why nothing does. */
type Trial = { file: string; says: string } | { untried: string }

const by = (file: string, says: string): Trial => ({ file, says })
const HERE = by('demo/release/commands.test.ts', 'documentedCommands')

/** Each script of package.json that a page names. */
const SCRIPTS: Record<string, Trial> = {
  start: by('demo/e2e/start.test.ts', "['npm', 'start']"),
  test: by('.ci/run', 'npm test'),
  build: by('scripts/test-steps.mjs', 'scripts/build.mjs'),
  lint: by('scripts/test-steps.mjs', 'eslint/bin/eslint.js'),
  format: by('scripts/test-steps.mjs', 'prettier.cjs'),
  gallery: by('demo/e2e/gallery-visit.ts', 'gallery-server'),
  'contact-sheet': {
    untried: 'It is run by hand when the element looks different; its scenes are those of the gallery.',
  },
  'demo:next': by('demo/e2e/next-demo.ts', 'scripts/demo-next.mjs'),
  soak: { untried: 'It takes an hour; what it runs is run in short by npm test.' },
  bench: by('demo/release/benchmarks.test.ts', 'scripts/bench.mjs'),
  simulate: by('bench/simulate/simulate.test.ts', 'describe('),
  serve: by('demo/processes/instances.ts', "'bin/otp-verify.js', 'serve'"),
  otp: HERE,
  sbom: by('demo/release/sbom.test.ts', 'scripts/sbom.mjs'),
}

const NO_MACHINE = 'It changes the machine, or needs a systemd or a Docker that runs.'

/** Every other command, by how it begins. */
const OTHERS: [RegExp, Trial][] = [
  [/^npx vitest run \S+$/, by('scripts/test-steps.mjs', 'vitest/vitest.mjs')],
  [/^ENGINES=\w+ npx wtr --files \S+$/, by('scripts/widget-tests.mjs', '@web/test-runner')],
  [
    /^npm install (--prefix \/opt\/otp-verify --ignore-scripts )?\S+\/otp-verify-[\d.]+\.tgz$/,
    by('demo/e2e/package/installed.ts', "'install'"),
  ],
  [/^npm pack$/, by('demo/e2e/package/installed.ts', "'pack'")],
  [/^npm (publish|audit|ci)\b/, by('demo/release/deploy-files.test.ts', 'release.yml')],
  [/^node bench\/[\w-]+\.mjs$/, { untried: 'It measures this machine for minutes.' }],
  [/^node (node-http|express|hono)\.mjs$/, by('demo/backends/test/recipes.ts', "'node-http.mjs'")],
  [
    /^ISSUER=\S+ AUDIENCE=demo PORT=3000 python3 demo\/backends\/signup\.py$/,
    by('demo/backends/test/recipes.ts', "'signup.py'"),
  ],
  [
    /^SESSION=\S+ NONCE=\S+ ACTION=signup node ticket\.mjs$/,
    by('demo/backends/ticket.test.ts', 'ticket.mjs'),
  ],
  [/^number=.*siteverify\.sh\)$/, by('demo/backends/siteverify.test.ts', 'siteverify.sh')],
  [
    /^OTP_PUBLIC_URL=\S+ npx next dev$/,
    { untried: 'The end-to-end tests build and start demo/next, whose route is the same.' },
  ],
  // The flow with curl, and redeeming.
  [
    /^(otp\(\) \{ curl|id=\$\(otp|code=\$\(curl|otp \/v1|curl -sS (http:\/\/localhost:8787|https:\/\/otp\.example\/v1\/siteverify))/,
    by('demo/release/curl-flow.test.ts', 'scriptsOf'),
  ],
  [
    /^curl http:\/\/127\.0\.0\.1:8788\/sandbox\/faults/,
    by('server/sandbox/control.test.ts', '/sandbox/faults'),
  ],
  // Secrets of deploy/.
  [
    /^(install -d -m 700 secrets|openssl rand|echo (otps_|redis:)|cat > secrets|password=|printf 'requirepass)/,
    HERE,
  ],
  [/^\(umask 077; sqlite3 /, by('server/store/sqlite/copy.test.ts', 'while servers run')],
  [/^redis-cli BGREWRITEAOF$/, by('server/store/redis/erased-log.test.ts', "client.call('BGREWRITEAOF')")],
  [/^(wrong|for n in \$\(seq 21\))/, by('demo/release/trusted-proxy.test.ts', "startsWith('wrong() {')")],
  [/^(rm -f|grep -E) .*\bids\b/, by('demo/release/ids-recipe.test.ts', 'rm -f ${ids}')],
  [/^otp-verify-command erase -$/, by('demo/release/deploy-command.test.ts', "'erase', '-'")],
  [
    /^journalctl .* \| otp-verify-command why /,
    by('demo/release/deploy-command.test.ts', "'why', requestId"),
  ],
  [/^otp-verify-command /, by('demo/release/deploy-command.test.ts', "run('keys', 'revoke'")],
  [
    /^(useradd|install -[dm]|\(umask|cd|runuser|systemctl|chown|docker compose|export|cat|rm|node --permission) /,
    { untried: NO_MACHINE },
  ],
]

const COMMANDS = documentedCommands()

/** What `otp-verify` is given, by itself or from a checkout: the name of a command, and the rest. */
const ofOurs = (text: string) =>
  /^(?:(?:[A-Z_]+=\S+ )*otp-verify|.*npm run otp --) ((?:keys )?[a-z-]+)(.*)$/.exec(text)
const isOurs = (text: string) => ofOurs(text) !== null
const scriptOf = (text: string) =>
  /^(?:[A-Z_]+=\S+ )*(?:… )?npm (?:(start|test)|run (?:-s )?([\w:-]+))/.exec(text)

describe('every command of the documentation', () => {
  it('is one that something tries, or that says why nothing does', () => {
    for (const { page, text } of COMMANDS) {
      if (isOurs(text)) continue
      const script = scriptOf(text)
      const name = script?.[1] ?? script?.[2]
      const trial = name === undefined ? OTHERS.find(([begins]) => begins.test(text))?.[1] : SCRIPTS[name]
      if (trial === undefined)
        expect.fail(`${page}: nothing is said of \`${text}\` in ${import.meta.filename}`)
      if (name !== undefined) expect(MANIFEST.scripts, text).toHaveProperty([name])
      if ('file' in trial) expect(read(trial.file), `${text}: ${trial.file}`).toContain(trial.says)
    }
  })

  it('is still there for each row that tells of one', () => {
    for (const [begins] of OTHERS.filter(([, trial]) => !('untried' in trial) && trial !== HERE)) {
      const isKnown =
        COMMANDS.some(({ text }) => begins.test(text)) || /publish|otp-verify/.test(begins.source)
      expect(isKnown, String(begins)).toBe(true)
    }
  })

  it('of ours is one that the program has, with the options that the page gives it', async () => {
    const asked = new Map<string, Set<string>>()
    for (const { text } of COMMANDS.filter((command) => isOurs(command.text))) {
      const [, name, rest = ''] = ofOurs(text)!
      const options = asked.get(name!) ?? new Set()
      for (const [option] of rest.matchAll(/(?<= )--[a-z-]+/g)) options.add(option)
      asked.set(name!, options)
    }
    expect(asked.size).toBeGreaterThan(8)
    const helps = [...asked].map(async ([name, options]) => {
      const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...name.split(' '), '--help'])
      expect(stdout).toContain(`otp-verify ${name}`)
      for (const option of options) expect(stdout, name).toContain(option)
    })
    await Promise.all(helps)
  })

  it('has nobody fetch a package by our name, for on npm that is a stranger’s', () => {
    for (const { page, text } of COMMANDS)
      expect(text, page).not.toMatch(
        /\b(npx|pnpx|bunx|(npm|pnpm|yarn|bun) (i|install|add|exec|x|dlx))\b.*[ :]otp-verify(@|\s|$)/,
      )
  })

  it('that runs tests or programs names files that exist', () => {
    for (const { text } of COMMANDS) {
      const [, path] = /^(?:node|npx vitest run) ([\w./-]+)$/.exec(text) ?? []
      if (path)
        expect(
          ['', 'demo/backends/'].some((at) => existsSync(join(ROOT, at, path))),
          text,
        ).toBe(true)
    }
    for (const [path] of read('scripts/soak.mjs').matchAll(/[\w/-]+\.test\.ts/g))
      expect(existsSync(join(ROOT, path)), path).toBe(true)
  })
})

it.skipIf(!has('openssl'))(
  'the secrets that docs/deploying.md makes are ones that the server takes',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otp-verify-secrets-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const script = scriptsOf('docs/deploying.md').find((text) => text.includes('secrets/pepper'))!
    const portable = script
      .split('\n')
      .filter((line) => !/^(chown|docker|cat) /.test(line))
      .join('\n')
    execFileSync('sh', ['-euc', portable], { cwd: folder })
    const config = await readConfig({
      OTP_PEPPER_FILE: join(folder, 'secrets/pepper'),
      OTP_SITE_SECRET_FILE: join(folder, 'secrets/site-secret'),
      OTP_STORE_FILE: join(folder, 'secrets/store'),
    })
    expect(config.store).toMatch(/^redis:\/\/:[0-9a-f]{64}@valkey:6379$/)
    expect(config.sites.get('demo')!.secrets).toHaveLength(1)
  },
)

function has(program: string): boolean {
  try {
    execFileSync(program, ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
