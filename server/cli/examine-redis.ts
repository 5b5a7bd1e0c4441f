import { StoreError } from '../store/store.js'
import type { Weakness } from '../weakness.js'
import type { Findings } from './examine-store.js'
import { evictionOf } from './open-store.js'

const PERMISSIONS = 'docs/stores.md has the line of all that a user of Redis needs.'

/** What is wrong with a Redis and what to do, by what it says. The first that fits counts. */
const ADVICE: readonly [RegExp, string][] = [
  [/\bOOM\b/, 'Give Redis more memory (maxmemory): until then it refuses starts and redemptions.'],
  [
    /\d of \d replicas|\bNOREPLICAS\b/,
    'Bring a replica back, or ask for fewer: servers run, but until then they verify nobody.',
  ],
  [/\bNOPERM\b/, PERMISSIONS],
  [/\b(NOAUTH|WRONGPASS)\b/, 'Correct the user and the password in OTP_STORE.'],
  [/\bREADONLY\b/, 'Name the primary in OTP_STORE: this one is a replica.'],
]

/** The same, for what is said over TLS. */
const TLS_ADVICE: readonly [RegExp, string][] = [
  [
    /self-signed|unable to (get|verify)|altnames|certificate has expired/i,
    'Have Node trust the authority of its certificate (NODE_EXTRA_CA_CERTS) and name the host as the certificate does.',
  ],
  [
    /ECONNRESET|socket hang up|disconnected before secure TLS|certificate required|SSL alert/i,
    'Redis may insist on a certificate of its clients, and this one has none: set tls-auth-clients no (docs/stores.md).',
  ],
]

/** What to do about a store that does not work. */
export function adviceOf({ message }: StoreError, url: string): string {
  const advice = /^rediss/i.test(url) ? [...ADVICE, ...TLS_ADVICE] : ADVICE
  const [, fix] = advice.find(([said]) => said.test(message)) ?? []
  return fix ?? 'See docs/stores.md; servers do not start without their store.'
}

/** Looks at what only a Redis may have: a user who may do too little, a policy to forget, no log. @throws StoreError */
export async function examineRedis(url: string): Promise<Findings> {
  const { missingPermissions } = await import('../store/redis/permissions.js')
  const { survivesCrash } = await import('../store/redis/eviction.js')
  const missing = await missingPermissions(url)
  if (missing.length > 0) {
    const message = `Redis: its user lacks ${missing.join(' ')}.`
    return { weaknesses: [{ check: 'store.permissions', message, fix: PERMISSIONS }], notes: [] }
  }
  const weaknesses: Weakness[] = []
  const { asked, mistake } = await evictionOf(url)
  if (mistake !== undefined) {
    const fix = 'Set maxmemory-policy noeviction; no server starts before.'
    weaknesses.push({ check: 'store.eviction', message: mistake, fix })
  }
  const notes = [
    ...(asked
      ? []
      : [
          'The user of Redis may not ask (+info), so see for yourself that its maxmemory-policy is noeviction.',
        ]),
    ...((await survivesCrash(url))
      ? []
      : [
          'Redis writes no append-only file: after a crash it has forgotten who used up their attempts. Set appendonly yes.',
        ]),
  ]
  return { weaknesses, notes }
}
