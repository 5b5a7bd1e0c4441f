import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, URL } from 'node:url'
import { freePorts } from '../../dist/demo/processes/built.js'
import { startRedisServer } from '../../dist/server/store/redis/test/redis-server.js'
import { SERVERS } from './programs.mjs'
import { visitorsOf } from './visitors.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PATIENCE_MS = 30_000

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
    // Frameworks print words of their own for those who started them.
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
async function startServer(name, { url }) {
  const { calls, store, start } = SERVERS[name]
  const redis = store === 'redis' ? await startRedisServer() : undefined
  const [port, adminPort] = await freePorts(2)
  const folder = newFolder()
  const child = await launch(start({ folder, port, adminPort, url, redis }), port, folder)
  return {
    ...{ port, calls },
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

/** Starts some of the servers, each with visitors of its own. @param connections how many these have at most */
export async function startServers(names, upstream, connections) {
  const servers = []
  for (const name of names) {
    const server = await startServer(name, upstream)
    const visitors = visitorsOf(server, connections)
    servers.push({
      ...{ name, visitors, cpu: server.cpu },
      async stop() {
        await visitors.close()
        await server.stop()
      },
    })
  }
  return servers
}
