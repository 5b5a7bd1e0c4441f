import './node-version.mjs'
import { spawn } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { forgetRun, recordRun, stopEarlierRuns } from './earlier-runs.mjs'
import { holderOf, portState, readPort } from './ports.mjs'
import { root, runNode, say } from './processes.mjs'
import { end, provide, setUp } from './setup.mjs'
import { hasAccount, readConfigFile } from './start-settings.mjs'
import { endAll, firstSilent, whenStopped } from './supervise.mjs'

const folder = join(root, 'demo/next')
const next = 'node_modules/next/dist/bin/next'
const port = readPort(process.env, 'DEMO_NEXT_PORT', 5174)
// Not the sandbox port of `npm start`, so that both demos can run at once.
const sandboxPort = readPort(process.env, 'OTP_SANDBOX_PORT', 8798)
const shop = `http://localhost:${port}`

await setUp()
const real = await hasAccount(process.env, readConfigFile(folder))
const ports = real ? [port] : [port, sandboxPort]
const env = {
  OTP_PUBLIC_URL: `${shop}/api/otp`,
  ...process.env,
  OTP_SANDBOX_PORT: String(sandboxPort),
  DEMO_INBOX: real ? undefined : `http://localhost:${sandboxPort}`,
  NEXT_TELEMETRY_DISABLED: '1',
}

await install()
await freePorts()
say('Building the Next.js demo …')
if ((await runNode([next, 'build'], { cwd: folder, env })) !== 0) end('Next.js could not build the demo.')

let stopping = false
const child = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
  cwd: folder,
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
})
child.on('exit', (code, signal) => {
  if (stopping) return
  console.error(`\nThe demo has ended by itself (${signal ?? `exit code ${code}`}).`)
  void stop(1)
})
whenStopped(() => void stop(0))
recordRun(ports, [process.pid, child.pid])
await untilItAnswers()
if (!stopping) printAddresses()

/** Installs the demo's packages, and puts what was just built in the place of its copy of otp-verify. */
async function install() {
  const copy = join(folder, 'node_modules/otp-verify')
  if (
    !(await provide(folder, 'Installing Next.js for the demo (npm ci in demo/next); this takes a minute …'))
  )
    end('npm says above why that failed.')
  rmSync(join(copy, 'dist'), { recursive: true, force: true })
  for (const part of ['contract', 'widget', 'server', 'script']) {
    cpSync(join(root, 'dist', part), join(copy, 'dist', part), { recursive: true })
  }
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
}

async function freePorts() {
  const busy = async () => {
    const states = await Promise.all(ports.map(portState))
    return ports.filter((_, index) => states[index] !== 'free')
  }
  if ((await stopEarlierRuns(await busy())) > 0) say('An earlier run of this demo has been stopped.')
  const [taken] = await busy()
  if (taken === undefined) return
  const variable = taken === port ? 'DEMO_NEXT_PORT' : 'OTP_SANDBOX_PORT'
  end(`Port ${taken} is in use by ${holderOf(taken) ?? 'another program'}. Choose another with ${variable}.`)
}

async function stop(exitCode) {
  if (stopping) return
  stopping = true
  if (exitCode === 0) say('Stopping …')
  await endAll([child])
  forgetRun(ports)
  process.exit(exitCode)
}

/** Asks the mounted server too: it is made at the first request, and its sandbox with it. */
async function untilItAnswers() {
  const silent = await firstSilent([shop, `${env.OTP_PUBLIC_URL}/openapi.json`], () => stopping)
  if (silent === undefined) return
  console.error(`\n${silent} does not answer; stopping.`)
  return stop(1)
}

function printAddresses() {
  const inbox = real
    ? 'your own phone: Infobip is configured, so messages are real and cost money'
    : `${env.DEMO_INBOX} (the codes arrive here; nothing is really sent)`
  console.log(`
  The Next.js demo is running.

  Shop          ${shop}
  Phone inbox   ${inbox}
  Server        ${env.OTP_PUBLIC_URL} (mounted in the same app)

  Ctrl-C stops it.
`)
}
