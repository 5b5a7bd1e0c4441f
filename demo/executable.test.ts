import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { end, freePorts, launch, PROGRAM, untilAnswers } from './processes/built.js'

const FOLDER = dirname(PROGRAM)

/** A word that only the client of Redis has. */
const OF_IOREDIS = 'MaxRetriesPerRequestError'

/** Words that only the SDK of Infobip has. */
const OF_SDK = 'sendPINCodeVoice('

/** The text of each file of code that the server loads until it answers, on SQLite and with its sandbox. */
async function loadedByServe(folder: string): Promise<Map<string, string>> {
  const coverage = join(folder, 'coverage')
  const [port, adminPort, sandboxPort] = await freePorts(3)
  const env = {
    ...{ PATH: process.env['PATH'], NODE_V8_COVERAGE: coverage, OTP_LOG_LEVEL: 'fatal' },
    ...{ OTP_PORT: `${port}`, OTP_ADMIN_PORT: `${adminPort}`, OTP_SANDBOX_PORT: `${sandboxPort}` },
    ...{ OTP_SITEKEY: 'shop', OTP_ALLOWED_ORIGINS: 'https://shop.example', OTP_STORE: 'sqlite:otp.db' },
  }
  const child = launch({ cwd: folder, env, errors: join(folder, 'errors') }, 'bin/otp-verify.js', 'serve')
  await untilAnswers(`http://127.0.0.1:${port}/v1/sites/shop`, [child])
  await end(child)
  const [report] = await readdir(coverage)
  const { result } = JSON.parse(await readFile(join(coverage, report!), 'utf8')) as {
    result: { url: string }[]
  }
  const files = result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url))
  const read = async (file: string) => [file, await readFile(file, 'utf8')] as const
  return new Map(await Promise.all(files.map(read)))
}

describe('the executable that serves on SQLite', () => {
  let folder: string
  let loaded: Map<string, string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otp-verify-loaded-'))
    loaded = await loadedByServe(folder)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('loads no package but the one that is compiled for each platform', () => {
    const others = [...loaded.keys()].filter((file) => !file.startsWith(FOLDER))
    const packages = others.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
    expect(new Set(packages)).toEqual(new Set(['libsql', '@neon-rs/load', 'detect-libc']))
  })

  // What is read and compiled is most of what a start costs, and unlike its time it is a fact.
  it('loads at most 40 files and 2.8 MB of code', () => {
    expect(loaded.size).toBeLessThanOrEqual(40)
    const bytes = [...loaded.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect(bytes).toBeLessThan(2_800_000)
  })

  it('leaves the client of Redis where it is', async () => {
    expect([...loaded].filter(([, text]) => text.includes(OF_IOREDIS))).toEqual([])
    const scripts = (await readdir(FOLDER)).filter((name) => name.endsWith('.js'))
    const texts = await Promise.all(scripts.map((name) => readFile(join(FOLDER, name), 'utf8')))
    expect(texts.filter((text) => text.includes(OF_IOREDIS))).toHaveLength(1)
  })
})

it('the executable says at once when what sends codes is missing, and ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-incomplete-'))
  try {
    await cp(join(FOLDER, '../..', 'package.json'), join(folder, 'package.json'))
    const bin = join(folder, 'dist/bin')
    await cp(FOLDER, bin, { recursive: true })
    for (const name of await readdir(bin)) {
      const text = name.endsWith('.js') ? await readFile(join(bin, name), 'utf8') : ''
      if (text.includes(OF_SDK)) await rm(join(bin, name))
    }
    const [port, adminPort, sandboxPort] = await freePorts(3)
    const { status, stderr } = spawnSync(process.execPath, [join(bin, 'otp-verify.js'), 'serve'], {
      cwd: folder,
      env: {
        ...{ PATH: process.env['PATH'], OTP_STORE: 'memory:', OTP_LOG_LEVEL: 'fatal' },
        ...{ OTP_PORT: `${port}`, OTP_ADMIN_PORT: `${adminPort}`, OTP_SANDBOX_PORT: `${sandboxPort}` },
      },
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect(stderr).toContain('The message provider could not be loaded: Error:ERR_MODULE_NOT_FOUND')
    expect(status).toBe(1)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('the executable reads its own options, also those that Node would take for its own', () => {
  const missing = join(tmpdir(), 'otp-verify-no-such-file.env')
  const { status, stderr } = spawnSync(PROGRAM, ['setup', '--yes', '--env-file', missing], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  })
  expect(stderr).toContain('INFOBIP_BASE_URL: is missing')
  expect(status).toBe(1)
})
