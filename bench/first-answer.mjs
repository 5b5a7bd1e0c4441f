// What a start costs until the first answer, and the memory then: `node bench/first-answer.mjs` after a build. Beside ours, on
// SQLite in an empty folder, once with an account of Infobip's and once with its sandbox, an app of Hono's that only answers.
// They start in turns, one at a time: a machine that others use too is not always as fast. `--rounds N` takes more of them,
// `--json` prints the figures for programs. Exits with 1 where ours, with an account, is above `LIMITS`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, URL } from 'node:url'
import { parseArgs } from 'node:util'
import { freePorts } from '../dist/demo/processes/built.js'
import { median, rounded, timesOf } from './medians.mjs'

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, json: { type: 'boolean', default: false } },
})
/** How many times as long as the bare app, and megabytes. */
const LIMITS = { times: 2.5, megabytes: 130 }
const PATIENCE_MS = 60_000
const PATH = '/v1/sites/shop'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Lets a process tell what it has used when it is asked. */
const TELLING = `data:text/javascript,process.on('message', () =>
  process.send({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }))`

const BARE = `
import { Hono } from 'hono'
import { serve } from '@hono/node-server'
const app = new Hono().get('${PATH}', (c) => c.json({ sitekey: 'shop' }))
serve({ fetch: app.fetch, port: Number(process.env.OTP_PORT), hostname: '127.0.0.1' })`

const SETTINGS = {
  ...{ OTP_LOG_LEVEL: 'fatal', OTP_STORE: 'sqlite:otp.db', OTP_SITEKEY: 'shop' },
  OTP_ALLOWED_ORIGINS: 'https://shop.example',
}

/** A fake Infobip address where nothing listens: a server checks its key once it listens, and nothing leaves the machine. */
const ACCOUNT = {
  ...{ INFOBIP_BASE_URL: 'http://127.0.0.1:9', INFOBIP_API_KEY: 'key-0123456789' },
  ...{ INFOBIP_2FA_APP_ID: 'APP1', INFOBIP_2FA_MESSAGE_ID: 'MSG1' },
  ...{ OTP_PUBLIC_URL: 'https://otp.shop.example', OTP_SITE_SECRET: `otps_${'s'.repeat(43)}` },
  ...{ OTP_COUNTRIES: 'US', OTP_DAILY_BUDGET: '100' },
}

const SERVE = [join(ROOT, 'dist/bin/otp-verify.js'), 'serve']

/** What is started, by what it is called. */
const PROGRAMS = {
  'a bare app': { args: ['--input-type=module', '--eval', BARE], env: {} },
  ours: { args: SERVE, env: { ...SETTINGS, ...ACCOUNT } },
  'ours with its sandbox': { args: SERVE, env: SETTINGS },
}
const [BARE_APP, OURS] = Object.keys(PROGRAMS)

/** Whether the address is answered. */
function answers(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: PATH, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200))
    }).on('error', () => resolve(false))
  })
}

/** Starts a program in a process of its own, and measures until it has answered once. */
async function start({ args, env }) {
  const [port, adminPort, sandboxPort] = await freePorts(3)
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  // What is given as text finds its packages from where it is started.
  const cwd = args === SERVE ? folder : ROOT
  const began = performance.now()
  const child = spawn(process.execPath, ['--import', TELLING, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      PATH: process.env.PATH,
      ...{ OTP_PORT: port, OTP_ADMIN_PORT: adminPort, OTP_SANDBOX_PORT: sandboxPort },
      ...env,
    },
  })
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() - began > PATIENCE_MS)
        throw new Error('A server did not answer.')
      await sleep(2)
    }
    const wall = performance.now() - began
    child.send('tell')
    const [{ cpu, rss }] = await once(child, 'message')
    return { wall, cpu: (cpu.user + cpu.system) / 1000, megabytes: rss / 1e6 }
  } finally {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(folder, { recursive: true })
  }
}

const rounds = []
for (let round = 0; round < Number(options.rounds); round++) {
  const measured = {}
  for (const [name, program] of Object.entries(PROGRAMS)) measured[name] = await start(program)
  rounds.push(measured)
}

const figures = Object.keys(PROGRAMS).map((program) => {
  const of = (name, figure) => rounds.map((round) => round[name][figure])
  const over = (figure) => Math.round(median(of(program, figure)))
  const times = (figure) => rounded(timesOf(of(program, figure), of(BARE_APP, figure)), 2)
  return {
    ...{ program, milliseconds: over('wall'), cpu: over('cpu'), megabytes: over('megabytes') },
    times: { wall: times('wall'), cpu: times('cpu') },
  }
})
if (options.json) console.log(JSON.stringify({ limits: LIMITS, figures }))
else {
  for (const { program, milliseconds, cpu, megabytes, times } of figures) {
    console.log(
      program.padEnd(22),
      `${milliseconds} ms (${cpu} ms of CPU)`.padEnd(26),
      `${megabytes} MB`.padEnd(7),
      `${times.wall} times as long, ${times.cpu} times the CPU`,
    )
  }
  console.log(`the limits: ${LIMITS.times} times as long, ${LIMITS.megabytes} MB`)
}
const { times, megabytes } = figures.find(({ program }) => program === OURS)
process.exitCode = times.wall > LIMITS.times || megabytes > LIMITS.megabytes ? 1 : 0
