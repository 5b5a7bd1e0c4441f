import { provenChanges } from '../../dist/server/guard/credits.js'
import { POLICY } from '../../dist/server/site/policy.js'
import { digests, names, routeOf, sixCharges } from '../charges.mjs'
import { facts, reference, terms } from './starts.mjs'

const MINUTE = 60_000

const SITE = { policy: POLICY, rememberNumbers: true }

/**
 * Microseconds that each call takes, one at a time, spread over the whole store.
 *
 * @param count verifications in the store, whose first resend is due.
 * @param samples how often each call is made, and how many more verifications that adds.
 */
export async function measureCalls(store, count, samples) {
  const idOf = (i) => facts(Math.floor((i * count) / samples)).id
  const keyOf = (use, i) => digests.digest('call', use, String(i))
  const leases = []
  const calls = {
    add: (i) => store.add(facts(count + i), terms, 20_000),
    recordSend: (i) => store.recordSend(facts(count + i).id, reference(count + i), 'sms'),
    get: (i) => store.get(idOf(i)),
    reserveAttempt: async (i) => void (leases[i] = (await store.reserveAttempt(idOf(i), 1000, 20_000)).lease),
    settleAttempt: (i) => store.settleAttempt(idOf(i), leases[i], { as: 'incorrect' }),
    reserveResend: (i) => store.reserveResend(idOf(i)),
    claim: (i) => store.claim(keyOf('claim', i), 'holder', 5 * MINUTE),
    isClaimed: (i) => store.isClaimed(keyOf('claim', i)),
    'consume (6 accounts)': (i) => store.consume(sixCharges(count + i)),
    earn: (i) => store.apply(provenChanges(routeOf(count + i), names, SITE, 0.5, [])),
    begin: (i) => store.begin(keyOf('begin', i), 'holder', 30_000),
    complete: (i) => store.complete(keyOf('begin', i), 'holder', 'a'.repeat(500), 5 * MINUTE),
  }
  const figures = {}
  for (const [name, call] of Object.entries(calls)) {
    const taken = []
    for (let i = 0; i < samples; i++) {
      const before = performance.now()
      await call(i)
      taken.push((performance.now() - before) * 1000)
    }
    taken.sort((a, b) => a - b)
    const at = (part) => Math.round(taken[Math.floor(part * (samples - 1))])
    figures[name] = { p50: at(0.5), p99: at(0.99) }
  }
  if (leases.some((lease) => lease === undefined)) throw new Error('An attempt was refused.')
  return figures
}
