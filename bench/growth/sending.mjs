import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { startSandbox } from '../../dist/server/sandbox/index.js'
import { makeKeyFile } from '../../dist/server/token/key-file.js'
import { trying } from '../medians.mjs'
import { flood, startServer } from '../servers.mjs'
import { shopConfig, visitorOf } from '../shop.mjs'

/** The simulated Infobip of all servers; it runs in this process, and so is no part of what they use. */
export const sandbox = await startSandbox({
  port: 0,
  configuration: { sendPinPerApplicationLimit: '1000000000/1d' },
})

const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true }))

/** Those that share a store share these too. */
const SHARED = { signingKeys: join(folder, 'keys.json'), pepper: randomBytes(32).toString('hex') }
await makeKeyFile(SHARED.signingKeys, randomBytes)

/** The account of the simulated Infobip. */
const ACCOUNT = {
  ...{ baseUrl: sandbox.url, apiKey: sandbox.apiKey, applicationId: sandbox.applicationId },
  messageIds: { default: sandbox.messageId },
}

/** Starts a server on a store. */
export const serverOn = (store) =>
  startServer({ configOf: () => ({ ...shopConfig(store, ACCOUNT), ...SHARED, logLevel: 'fatal' }) })

let starts = 0

/** Sends `count` codes. @returns how many in a second @throws Error unless all of them were sent */
async function sendOnce(server, count, connections) {
  const { codes, perSecond } = await flood(server, { startOf: () => visitorOf(starts++), count, connections })
  if (codes.sent !== count) throw new Error(`Not all of ${count} were sent: ${JSON.stringify(codes)}`)
  return perSecond
}

/** Sends `count` codes without measuring. */
export async function warmUp(server, count, connections) {
  await trying(() => sendOnce(server, count, connections))
}

/**
 * Sends `count` codes, in equal shares by some servers.
 *
 * @param cpus what else takes part in it.
 * @returns the microseconds of CPU that each took of all those, and how many there were in a second
 */
export function measureSends(servers, { count, connections, cpus }) {
  const used = async () => {
    const each = await Promise.all([...servers, ...cpus].map(({ cpu }) => cpu()))
    return 1e6 * each.reduce((sum, one) => sum + one, 0)
  }
  const share = (all) => Math.ceil(all / servers.length)
  return trying(async () => {
    const before = await used()
    const sending = servers.map((server) => sendOnce(server, share(count), share(connections)))
    const settled = await Promise.allSettled(sending)
    const perSecond = settled.reduce((sum, { value, reason }) => {
      if (reason) throw reason
      return sum + value
    }, 0)
    return { perSecond, cpu: ((await used()) - before) / (share(count) * servers.length) }
  })
}
