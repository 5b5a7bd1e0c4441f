import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, URL } from 'node:url'
import { freePorts } from '../../dist/demo/processes/built.js'
import { startRedisServer } from '../../dist/server/store/redis/test/redis-server.js'
import { CODE, ORIGIN } from './visitors.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../../dist/bin/otp-verify.js', import.meta.url))
const PATIENCE_MS = 30_000

const ACCOUNT = {
  ...{ INFOBIP_API_KEY: 'key-0123456789' },
  ...{ INFOBIP_2FA_APP_ID: 'APP1', INFOBIP_2FA_MESSAGE_ID: 'MSG1' },
}

/** What a server is asked to have a code sent, and to have it checked: the path, and what makes the body. */
const CALLS = {
  start: ['/v1/verifications', (phoneNumber) => ({ sitekey: 'shop', phoneNumber })],
  check: ['/v1/verifications/check', (_, { verificationId }) => ({ verificationId, code: CODE })],
}

/** A server of this folder. */
const peer = (file) => ({
  calls: CALLS,
  start: ({ port, url }) => ({
    args: [join(HERE, file)],
    env: { NODE_ENV: 'production', PORT: port, INFOBIP_BASE_URL: url, ...ACCOUNT },
  }),
})

/** As a site of a shop has it, but with credit for more visitors in a minute than a shop has in a year. */
function configOf(store, upstream) {
  const initial = 1_000_000
  return {
    ...{ publicUrl: 'https://otp.shop.example', trustProxy: ['1'], store },
    infobip: {
      ...{ baseUrl: upstream, apiKey: ACCOUNT.INFOBIP_API_KEY },
      ...{ applicationId: ACCOUNT.INFOBIP_2FA_APP_ID },
      messageIds: { default: ACCOUNT.INFOBIP_2FA_MESSAGE_ID },
    },
    credits: Object.fromEntries(
      ['range', 'operator', 'country', 'address', 'neighbourhood'].map((account) => [account, { initial }]),
    ),
    unsafe: true,
    sites: [
      {
        ...{ sitekey: 'shop', origins: [ORIGIN], countries: ['DE'], guard: 'enforce' },
        ...{ secrets: [`otps_${'s'.repeat(43)}`], dailyBudget: 10_000_000 },
      },
    ],
  }
}

/** Outside of production, where alone an Infobip on this machine is taken; nothing that costs time depends on it. */
const ours = (store) => ({
  ...{ calls: CALLS, store },
  start({ folder, port, adminPort, url, redis }) {
    const file = join(folder, 'otp-verify.json')
    writeFileSync(file, JSON.stringify(configOf(redis?.url ?? 'sqlite:otp.db', url)))
    return {
      args: [PROGRAM, 'serve', '--config', file],
      env: { OTP_PORT: port, OTP_ADMIN_PORT: adminPort },
    }
  },
})

/** What is measured, by its name. */
export const SERVERS = {
  raw: peer('raw.mjs'),
  hono: peer('hono.mjs'),
  'hono with the SDK': peer('hono-sdk.mjs'),
  ours: ours('sqlite'),
  'ours on Redis': ours('redis'),
}

/** Whether somebody listens. */
function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('connect', () => socket.destroy()).on('error', () => resolve(false))
  })
}

/** Starts a process that listens and writes its log into a file, and waits until it does. */
async function launch({ args, env }, port, folder) {
  const log = join(folder, 'log')
  const file = openSync(log, 'w')
  const child = spawn(process.execPath, ['--import', join(HERE, 'telling.mjs'), ...args], {
    cwd: folder,
    stdio: ['ignore', file, file, 'ipc'],
    env: { PATH: process.env.PATH, ...env },
  })
  closeSync(file)
  const deadline = performance.now() + PATIENCE_MS
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`${args.join(' ')} does not listen:\n${readFileSync(log, 'utf8')}`)
    await sleep(20)
  }
  return child
}

/** Asks a process for something it tells. */
async function told(child, what) {
  child.send(what)
  for (;;) {
    const [message] = await once(child, 'message')
    // Frameworks have words of their own for whoever started them.
    if (message[what] !== undefined) return message[what]
  }
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('A server ended by itself.')
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}

const folders = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder for one process, which is gone when this one ends. */
function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  folders.push(folder)
  return folder
}

/** Starts what all servers send and check codes with. @param delay milliseconds before each answer */
export async function startUpstream(delay = 0) {
  const [port] = await freePorts(1)
  const folder = newFolder()
  const args = [join(HERE, 'upstream.mjs')]
  const child = await launch({ args, env: { PORT: port, DELAY: delay } }, port, folder)
  return {
    url: `http://127.0.0.1:${port}`,
    /** Milliseconds that it took since it was last asked, by number. */
    taken: async () => new Map(await told(child, 'taken')),
    stop: () => ended(child),
  }
}

/** Starts one of the servers. */
export async function startServer(name, { url }) {
  const { calls, store, start } = SERVERS[name]
  const redis = store === 'redis' ? await startRedisServer() : undefined
  const [port, adminPort] = await freePorts(2)
  const folder = newFolder()
  const child = await launch(start({ folder, port, adminPort, url, redis }), port, folder)
  return {
    ...{ name, port, calls },
    /** Microseconds of CPU that it has used so far. */
    async cpu() {
      const { user, system } = await told(child, 'cpu')
      return user + system
    },
    async stop() {
      await ended(child)
      await redis?.stop()
    },
  }
}
