// What the benchmarks that load servers share: starting them in processes of their own, their CPU, and the load.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'
import autocannon from 'autocannon'
import { end, freePorts, untilAnswers } from '../dist/demo/processes/built.js'
import { ORIGIN } from './shop.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PROGRAM = join(ROOT, 'dist/bin/otp-verify.js')

/** CPU seconds used so far by the server with that admin port. */
async function cpuOf(adminPort) {
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (.+)$/m.exec(metrics)[1])
}

async function launch(args, { cwd, env, port, adminPort }) {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...env },
  })
  const leaveNothing = () => child.kill()
  process.once('exit', leaveNothing)
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text))
  await untilAnswers(`http://127.0.0.1:${adminPort}/readyz`, [child]).catch((error) => {
    throw new Error(`${error.message}\n${complaints}`)
  })
  return {
    port,
    cpu: () => cpuOf(adminPort),
    async stop() {
      if (child.exitCode !== null) throw new Error('One of the servers ended before it was told to.')
      process.removeListener('exit', leaveNothing)
      await end(child)
    },
  }
}

/**
 * Starts our server in a folder of its own.
 *
 * @param env its variables. @param configOf makes what its configuration file holds, if it has one, of its ports.
 */
export async function startServer({ env = {}, configOf }) {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const [port, adminPort, sandboxPort] = await freePorts(3)
  const args = [PROGRAM, 'serve']
  if (configOf) {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(configOf({ port, sandboxPort })))
    args.push('--config', 'config.json')
  }
  const ports = {
    OTP_PORT: port,
    OTP_ADMIN_PORT: adminPort,
    ...(!configOf && { OTP_SANDBOX_PORT: sandboxPort }),
  }
  const server = await launch(args, { cwd: folder, env: { ...ports, ...env }, port, adminPort })
  return {
    ...server,
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/**
 * Starts a peer given as source text.
 *
 * @param program makes it of its port. It finds the packages of the checkout.
 */
export async function startPeer(program) {
  const [port, adminPort] = await freePorts(2)
  // Reports its CPU where our server has its metrics.
  const telling = `
import { createServer } from 'node:http'
createServer((_, response) => {
  const { user, system } = process.cpuUsage()
  response.end('process_cpu_seconds_total ' + (user + system) / 1e6)
}).listen(${adminPort}, '127.0.0.1')`
  const args = ['--input-type=module', '-e', program(port) + telling]
  return launch(args, { cwd: ROOT, env: {}, port, adminPort })
}

/**
 * Sends starts to a server over `connections` connections.
 *
 * @param startOf the origin, the caller's address and the body of the next one.
 * @returns how many were answered with each code, and how many in a second
 */
export async function flood({ port }, { startOf, count, connections }) {
  const codes = {}
  let answered
  const next = {
    method: 'POST',
    path: '/v1/verifications',
    setupRequest(request) {
      const { origin = ORIGIN, address, ...body } = startOf()
      const headers = {
        ...{ 'Content-Type': 'application/json', Origin: origin },
        // As a proxy in front of the server tells them.
        ...{ 'X-Forwarded-For': address, 'X-Forwarded-Proto': 'https' },
      }
      return { ...request, headers, body: JSON.stringify({ sitekey: 'shop', ...body }) }
    },
    onResponse(_status, body) {
      const { code = 'sent' } = JSON.parse(body)
      codes[code] = (codes[code] ?? 0) + 1
      answered = performance.now()
    },
  }
  const url = `http://127.0.0.1:${port}`
  const began = performance.now()
  const { errors } = await autocannon({ url, connections, amount: count, requests: [next], timeout: 60 })
  if (errors) throw new Error(`${errors} requests got no answer.`)
  // Autocannon itself returns at the next full second.
  return { codes, perSecond: (1000 * count) / (answered - began) }
}
