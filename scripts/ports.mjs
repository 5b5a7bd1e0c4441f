import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { end } from './setup.mjs'

// Systems differ in whether a listener on one of these keeps another off the rest, so each is tried.
const HOSTS = ['127.0.0.1', '::1', '0.0.0.0', '::']

/** The port that a variable of the environment names, or the usual one. Ends the process when it names none. */
export function readPort(environment, variable, usual) {
  const text = environment[variable] || String(usual)
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    end(`${variable} must be a port between 1 and 65535, not "${text}".`)
  return port
}

/** Says whether a port is `free`, `busy`, or `forbidden` to this user. */
export async function portState(port) {
  for (const host of HOSTS) {
    const code = await tryListening(port, host)
    if (code === 'EADDRINUSE') return 'busy'
    if (code === 'EACCES') return 'forbidden'
  }
  return 'free'
}

function tryListening(port, host) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(error.code))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** Names the process that listens on a port, such as `nginx (process 812)`; `undefined` when it cannot be told. */
export function holderOf(port) {
  try {
    return process.platform === 'linux' ? holderByProc(port) : holderByLsof(port)
  } catch {
    return undefined
  }
}

function holderByProc(port) {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(table, port)))
  if (sockets.size === 0) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (openSockets(pid).some((inode) => sockets.has(inode))) {
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
    }
  }
  return undefined
}

/** Inodes of the sockets that listen on a port, as proc(5) tells: local address, state 0A, inode. */
function listeningInodes(table, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(`/proc/net/${table}`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
    .map((fields) => fields[9])
}

function openSockets(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(
      (fd) => /^socket:\[(\d+)\]$/.exec(readlink(`/proc/${pid}/fd/${fd}`))?.[1],
    )
  } catch {
    return []
  }
}

function readlink(path) {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function holderByLsof(port) {
  const answer = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pid = /^p(\d+)$/m.exec(answer)?.[1]
  const name = /^c(.+)$/m.exec(answer)?.[1]
  return pid && name ? `${name} (process ${pid})` : undefined
}
