import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningJwk } from '../../server/token/keys.js'
import { randomBytes } from 'node:crypto'
import { end, freePorts, untilAnswers } from '../processes/built.js'
import { LOCKED, MANIFEST, ROOT } from '../release/manifest.js'
import { freshProject, imageFolder, installedIn, pack, tool, type Packed } from './package/installed.js'

const run = promisify(execFile)

let packed: Packed
let project: string
let app: string
beforeAll(async () => {
  packed = await pack()
  ;[project, app] = await Promise.all([
    // What belongs to React and to Node is the host's own.
    freshProject(packed, ['react', '@types/react', '@types/node', 'csstype', 'undici-types']),
    imageFolder(packed),
  ])
}, 240_000)
afterAll(() => packed.remove())

const shipped = () => packed.files.map(({ path }) => path)

/** The exports that are code, as somebody would import them, and where each leads. */
const EXPORTS = Object.entries(MANIFEST.exports).flatMap(([key, target]) => {
  if (!target) return []
  const files = typeof target === 'string' ? [target] : Object.values(target)
  return {
    name: join('otp-verify', key).replace('*', 'de'),
    files: files.map((path) => path.replace('./', '').replace('*', 'de')),
  }
})
const MODULES = EXPORTS.map(({ name }) => name).filter((name) => !name.endsWith('.json'))

describe('the package', () => {
  it('has what its exports, its program and its documentation are made of', () => {
    const wanted = EXPORTS.flatMap(({ files }) => files)
    for (const path of [
      ...wanted,
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'SECURITY.md',
      'docs/deploying.md',
      'deploy/Dockerfile',
      ...['README.md', 'ticket.mjs', 'signup.py'].map((name) => `demo/backends/${name}`),
      ...['bin', 'operator', 'script'].map((folder) => `dist/${folder}/licenses.md`),
    ])
      expect(shipped()).toContain(path)
    expect(packed.files.find(({ path }) => path === MANIFEST.bin['otp-verify'])?.mode).toBe(0o755)
  })

  it('has no tests, no sources, no demo, and nothing that was not meant', () => {
    const meant = [
      /^(package\.json|LICENSE|(README|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$/,
      /^docs\/([\w-]+\.md|(otp-verify\.schema|grafana)\.json|contact-sheet\.webp)$/,
      /^deploy\/(Dockerfile(\.dockerignore)?|Caddyfile|compose\.yaml|otp-verify(@\.service|-command))$/,
      /^demo\/backends\/(README\.md|[\w-]+\.(?!ts$)\w+)$/,
      /^dist\/(custom-elements|vscode\.html-custom-data|sbom\.cdx)\.json$/,
      /^dist\/bin\/([\w-]+\.js|inbox\.html|licenses\.md)$/,
      /^dist\/operator\/(index\.html|licenses\.md|assets\/index-[\w-]+\.(js|css))$/,
      /^dist\/script\/(otp-verify\.js|licenses\.md|locales\/[\w-]+\.json)$/,
      /^dist\/(contract|widget|server)\/(?!.*(\.test\.|(^|\/)test\/)).*(\.js|\.d\.ts|\.html)$/,
    ]
    expect(shipped().filter((path) => !meant.some((pattern) => pattern.test(path)))).toEqual([])
  })

  it('has nothing in it of the machine that made it, and no key', async () => {
    const folder = join(project, 'node_modules/otp-verify')
    for (const path of shipped()) {
      const text = await readFile(join(folder, path), 'utf8')
      if (text.includes(ROOT) || /-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(text)) expect.fail(path)
    }
  })

  it('is one in which publint and attw find nothing', async () => {
    const [lint, types] = await Promise.all([
      tool(project, 'publint/src/cli.js', 'run', packed.tarball, '--strict'),
      tool(
        project,
        '@arethetypeswrong/cli/dist/index.js',
        packed.tarball,
        '--profile',
        'esm-only',
        '--no-color',
      ),
    ])
    expect(lint, lint.output).toMatchObject({ code: 0 })
    expect(types, types.output).toMatchObject({ code: 0 })
  })
})

describe('a project that has nothing but the package', () => {
  it('imports every export in Node', async () => {
    const lines = MODULES.map(
      (name) => `console.log(${JSON.stringify(name)}, Object.keys(await import('${name}')).length)`,
    )
    await writeFile(join(project, 'imports.mjs'), lines.join('\n'))
    const { stdout } = await run(process.execPath, ['imports.mjs'], { cwd: project })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.replace(/ [1-9]\d*$/, '')),
    ).toEqual(MODULES)
  })

  it('has the types of every export', async () => {
    await writeFile(join(project, 'uses.ts'), USES)
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023,dom',
      '--exactOptionalPropertyTypes',
    ]
    const more = ['--types', 'node', '--skipLibCheck', '--pretty', 'false']
    const { output } = await tool(project, 'typescript/bin/tsc', ...options, ...more, 'uses.ts')
    expect(output).toMatch(/^uses\.ts\(\d+,\d+\): error TS2322: Type '"blue"' is not assignable[^\n]*\n$/)
  })

  it('bundles the element, with no word of the server in it', async () => {
    await writeFile(
      join(project, 'page.js'),
      "import { configure } from 'otp-verify'\nconfigure({ server: 'https://o.example' })",
    )
    const esbuild = join(ROOT, 'node_modules/esbuild/bin/esbuild')
    await run(
      esbuild,
      ['page.js', '--bundle', '--format=esm', '--splitting', '--outdir=out', '--log-level=error'],
      {
        cwd: project,
      },
    )
    const bundle = await readFile(join(project, 'out/page.js'), 'utf8')
    expect(bundle).toContain('customElements.define')
    expect(bundle).not.toMatch(/infobip|applicationId|SignJWT/i)
  })

  it('runs the program by its name', async () => {
    const { stdout } = await run('npx', ['otp-verify', '--help'], { cwd: project })
    expect(stdout).toContain('Usage: otp-verify')
  })
})

describe('what the Dockerfile makes', () => {
  it('is made of the very packages that were tested, and none that only tests use', async () => {
    const installed = await installedIn(app)
    for (const [path, { version, integrity }] of Object.entries(installed))
      expect([path, LOCKED[path]?.version, LOCKED[path]?.integrity]).toEqual([path, version, integrity])
    for (const name of ['express', 'typescript', 'vite', 'react'])
      expect(installed).not.toHaveProperty([`node_modules/${name}`])
  })

  it('serves as somebody who may write nothing, in a folder without anything', async () => {
    const folder = join(packed.folder, 'empty')
    await mkdir(folder, { mode: 0o555 })
    await chmod(packed.folder, 0o755)
    const [port, adminPort] = await freePorts(2)
    const isRoot = process.getuid?.() === 0
    const child = spawn(process.execPath, [join(app, 'dist/bin/otp-verify.js'), 'serve'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      ...(isRoot && { uid: 65534, gid: 65534 }),
      env: {
        ...{
          OTP_PORT: String(port),
          OTP_ADMIN_PORT: String(adminPort),
          OTP_SANDBOX_PORT: '0',
          OTP_HOST: '0.0.0.0',
        },
        ...{ OTP_STORE: 'memory:', OTP_PEPPER: 'p'.repeat(64) },
        OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
      },
    })
    onTestFinished(() => end(child))
    await untilAnswers(`http://127.0.0.1:${adminPort}/readyz`, [child])
    const integrity = await fetch(`http://127.0.0.1:${port}/v1/integrity.json`)
    const [twin] = Object.keys(((await integrity.json()) as { files: object }).files)
    expect(twin).toContain(`/otp-verify-${MANIFEST.version}-`)
    const script = await fetch(`http://127.0.0.1:${port}${twin}`)
    expect([script.status, script.headers.get('Cache-Control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ])
    expect((await fetch(`http://127.0.0.1:${port}/v1/sites/demo`)).status).toBe(200)
  })
})

const USES = `
import { configure, OtpVerify as Element } from 'otp-verify'
import { solveChallenge, type AltchaChallenge, type StartRequest } from 'otp-verify/headless'
import { OtpVerify } from 'otp-verify/react'
import { createApp, createConfiguredApp, nextHandlers, openStore, type AppDeps } from 'otp-verify/server'
import type { Notify, Provider, Store, VerificationFacts } from 'otp-verify/server'
import { createVerifier, memoryReplayStore } from 'otp-verify/verify'
import { startSandbox } from 'otp-verify/sandbox'
import 'otp-verify/locales/de'
import manifest from 'otp-verify/custom-elements.json' with { type: 'json' }

configure({ server: 'https://otp.example' })
export const element: Element = document.createElement('otp-verify')
element.addEventListener('verified', (event) => event.detail.token.length)
export const tree = OtpVerify({ sitekey: 'shop', server: 'https://otp.example' })
export const { GET } = nextHandlers(() => createConfiguredApp(process.env))
export const app = (deps: AppDeps) => createApp(deps).fetch
export const parts = async (provider: Provider, notify: Notify) => ({ provider, notify, store: await openStore('memory:') }) satisfies Partial<AppDeps>
export const added = (store: Store, facts: VerificationFacts) => store.get(facts.id)
export const body = (nonce?: string): StartRequest => ({ sitekey: 'shop', phoneNumber: '+12025550123', nonce })
export const answer = (challenge: AltchaChallenge): Promise<string> => solveChallenge(challenge)
const verifier = createVerifier({ issuer: 'https://otp.example', audience: 'shop', replayStore: memoryReplayStore() })
export const number: Promise<string> = verifier.verify('', { nonce: false, action: 'signup' }).then((claims) => claims.phone_number)
export const sandbox: Promise<string> = startSandbox({ port: 0 }).then(({ url }) => url)
export const version: string = manifest.schemaVersion
element.theme = 'blue'
`
