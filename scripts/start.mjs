import './node-version.mjs'
import { spawn } from 'node:child_process'
import { forgetRun, recordRun, stopEarlierRuns } from './earlier-runs.mjs'
import { holderOf, portState } from './ports.mjs'
import { root, say } from './processes.mjs'
import { end, setUp } from './setup.mjs'
import {
  addressesOf,
  environmentOf,
  PORT_VARIABLES,
  readPorts,
  shopHint,
  shopTrouble,
} from './start-settings.mjs'
import { endAll, firstSilent, whenStopped } from './supervise.mjs'

const ports = readPorts(process.env)
const env = environmentOf(process.env, ports)

await setUp()
const addresses = await addressesOf(env, ports)
const needed = Object.keys(PORT_VARIABLES).filter((name) => name !== 'sandbox' || addresses.sandbox)
await freePorts()

const children = []
let stopping = false
whenStopped(() => void stop(0))

say('Starting the server and the demo shop …')
launch('server', ['dist/bin/otp-verify.js', 'serve'], env)
launch('demo shop', ['dist/demo/html/main.js'], { ...env, DEMO_INBOX: addresses.sandbox })
recordRun(portNumbers(), [process.pid, ...children.map((child) => child.pid)])
await untilAllAnswer()
if (!stopping) printAddresses()

function portNumbers() {
  return needed.map((name) => ports[name])
}

async function freePorts() {
  const states = async () => Promise.all(portNumbers().map(portState))
  const busy = (await states()).flatMap((state, index) => (state === 'busy' ? [portNumbers()[index]] : []))
  if (busy.length > 0 && (await stopEarlierRuns(busy)) > 0) {
    say('An earlier `npm start` of this checkout was still running; it has been stopped.')
  }
  const complaints = (await states()).flatMap((state, index) => {
    const name = needed[index]
    const port = ports[name]
    const advice = `Choose another port with ${PORT_VARIABLES[name]}, for example ${PORT_VARIABLES[name]}=${port + 100} npm start.`
    if (state === 'forbidden')
      return [`Port ${port} (${name}) needs privileges that you do not have. ${advice}`]
    if (state === 'busy')
      return [`Port ${port} (${name}) is in use by ${holderOf(port) ?? 'another program'}. ${advice}`]
    return []
  })
  if (complaints.length > 0) end(complaints.join('\n'))
}

function launch(name, args, env) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  children.push(child)
  child.on('exit', (code, signal) => {
    if (stopping) return
    console.error(`\nThe ${name} has ended by itself (${signal ?? `exit code ${code}`}); stopping the rest.`)
    void stop(1)
  })
}

async function stop(exitCode) {
  if (stopping) return
  stopping = true
  if (exitCode === 0) say('Stopping …')
  await endAll(children)
  forgetRun(portNumbers())
  process.exit(exitCode)
}

async function untilAllAnswer() {
  const probes = [addresses.health, addresses.demo, ...(addresses.sandbox ? [addresses.sandbox] : [])]
  const silent = await firstSilent(probes, () => stopping)
  if (silent === undefined) return
  console.error(`\n${silent} does not answer; stopping.`)
  return stop(1)
}

function printAddresses() {
  const trouble = shopTrouble(env, ports)
  const rows = [
    trouble === undefined
      ? ['Demo shop', addresses.demo, shopHint(env, addresses.sandbox === undefined)]
      : ['Demo shop', 'does not work', trouble],
    addresses.sandbox
      ? ['Phone inbox', addresses.sandbox, 'the codes arrive here; nothing is really sent']
      : ['Phone inbox', 'your own phone', 'Infobip is configured: messages are real and cost money'],
    ['Server', `${addresses.server}/otp-verify.js`, 'the one script a page needs'],
    ['Operator', addresses.operator, 'the last day, live: messages, verifications, refusals, budget'],
  ]
  const widest = Math.max(...rows.map(([, address]) => address.length))
  const lines = rows.map(
    ([name, address, hint]) => `  ${name.padEnd(13)}${address.padEnd(widest + 3)}${hint}`,
  )
  console.log(`\n  otp-verify is running.\n\n${lines.join('\n')}\n\n  Ctrl-C stops everything.\n`)
}
