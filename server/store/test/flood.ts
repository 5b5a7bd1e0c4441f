import { DAY } from '../../time.js'

/**
 * A process whose store strangers fill while a victim has used four of five attempts.
 *
 * Started as `node flood.js STORE PATH STARTS BYTES`; says in one line of JSON what came of it.
 */
import { randomBytes } from 'node:crypto'
import { memoryStore } from '../memory.js'
import { sqliteStore } from '../sqlite/sqlite.js'
import { INTERVAL, PATIENCE, facts, taken, tally, terms } from './bench.js'

const [kind, path, starts, bytes] = process.argv.slice(2) as [string, string, string, string]

/** How many strangers finish in the same minutes, each with all that a server writes for it. */
const FINISHING = Number(bytes) / 2 ** 14

let time = Date.UTC(2026, 0, 1)
const options = { now: () => time, bytes: Number(bytes) }
const store = kind === 'memory' ? memoryStore(options) : sqliteStore({ path, ...options })

/** As long as what the server makes. */
const text = (bytes: number) => randomBytes(bytes).toString('base64url')

async function start(id: string, slot: string): Promise<boolean> {
  const who = { id, slot, phoneDigest: text(32), nonce: text(16), language: 'en', action: 'signup' }
  const added = await store.add(facts(who), terms({ attempts: 5 }), PATIENCE)
  if (added === 'full') return false
  return store.recordSend(id, randomBytes(16).toString('hex').toUpperCase(), 'sms')
}

async function guess(id: string): Promise<string> {
  const reserved = await store.reserveAttempt(id, INTERVAL, PATIENCE)
  if ('refused' in reserved) throw new Error(`An attempt was refused: ${reserved.refused}`)
  return reserved.lease
}

/** A right code whose answer is kept for a retry, and a redemption. */
async function finish(id: string): Promise<boolean> {
  const call = text(32)
  const begun = await store.begin(call, 'holder', PATIENCE)
  const settled = await store.settleAttempt(id, await guess(id), { as: 'verified', proof: text(90) })
  await store.complete(call, 'holder', text(1200), 300_000)
  const redeemed = await store.claim(`redeemed:${text(16)}`, text(16), 2_400_000, 'under way')
  return begun === 'begun' && settled?.state === 'verified' && redeemed
}

const daily = tally('victim', 3, DAY)
await start('vic-id', 'vic-slot')
for (let n = 0; n < 4; n++) {
  await store.settleAttempt('vic-id', await guess('vic-id'), { as: 'incorrect' })
  time += INTERVAL
}
for (let n = 0; n < daily.limit; n++) await store.consume([daily])

const begun: string[] = []
let refused = 0
for (let n = 0; n < Number(starts); n++) {
  const slot = text(32)
  const id = slot.slice(0, 3) + text(32)
  if (await start(id, slot)) {
    if (begun.length < FINISHING) begun.push(id)
  } else refused++
  // A key of its own for each tenth, where limits would count numbers and addresses.
  if (n % 10 === 0) await store.consume([tally(text(32), 3, DAY)]).catch(() => {})
}

const victim = await store.get('vic-id')
let finished = 0
for (const id of begun) if (await finish(id)) finished++
const counted = await taken(store.consume([daily]))
const last = await finish('vic-id')
const mostRss = process.resourceUsage().maxRSS * 1024
const said = { refused, mostRss, victim, counted, finished, ofThem: begun.length, last }
console.log(JSON.stringify(said))
await store.close()
