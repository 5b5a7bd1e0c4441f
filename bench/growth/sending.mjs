import { startSandbox } from '../../dist/server/sandbox/index.js'
import { flood, ORIGIN, startServer } from '../servers.mjs'

/** The simulated Infobip of all servers; it runs in this process, and so is no part of what they use. */
export const sandbox = await startSandbox({
  port: 0,
  configuration: { sendPinPerApplicationLimit: '1000000000/1d' },
})

/** Signs the tokens of all servers, and names what they keep: those that share a store share these too. */
const PEPPER = 'p'.repeat(64)

/** As a site of a shop has it, with guard and metrics, but with credit for more visitors than a shop has in a year. */
function configOf(store) {
  const { url: baseUrl, apiKey, applicationId, messageId } = sandbox
  const accounts = ['range', 'operator', 'country', 'address', 'neighbourhood']
  return {
    ...{ publicUrl: 'https://otp.shop.example', trustProxy: ['1'], store, pepper: PEPPER, logLevel: 'fatal' },
    infobip: { baseUrl, apiKey, applicationId, messageIds: { default: messageId } },
    credits: Object.fromEntries(accounts.map((account) => [account, { initial: 1_000_000 }])),
    unsafe: true,
    sites: [
      {
        ...{ sitekey: 'shop', origins: [ORIGIN], countries: ['DE'], guard: 'enforce' },
        ...{ secrets: [`otps_${'s'.repeat(43)}`], dailyBudget: 10_000_000 },
      },
    ],
  }
}

/** Starts a server on a store. */
export const serverOn = (store) => startServer({ config: configOf(store) })

let starts = 0

/** The next visitor: a German mobile number and an address that no other has, far from those before. */
function nextStart() {
  const n = 7919 * starts++
  const address = n % 2 ** 24
  return {
    phoneNumber: `+49151${String(n % 1e8).padStart(8, '0')}`,
    address: `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`,
  }
}

/** Has so many codes sent. @returns how many in a second @throws Error unless all of them were */
export async function send(server, count, connections) {
  const { codes, perSecond } = await flood(server, { startOf: nextStart, count, connections })
  if (codes.sent !== count) throw new Error(`Not all of ${count} were sent: ${JSON.stringify(codes)}`)
  return perSecond
}

/** Has so many codes sent, over all of some servers. @returns the microseconds of CPU that each took of what is asked, and the rate */
export async function measureSends(servers, { count, connections, cpus }) {
  const used = async () => {
    const each = await Promise.all([...servers, ...cpus].map(({ cpu }) => cpu()))
    return 1e6 * each.reduce((sum, one) => sum + one, 0)
  }
  const before = await used()
  const share = (all) => Math.ceil(all / servers.length)
  const rates = await Promise.all(servers.map((server) => send(server, share(count), share(connections))))
  const perSecond = rates.reduce((sum, rate) => sum + rate, 0)
  return { perSecond, cpu: ((await used()) - before) / (share(count) * servers.length) }
}
