import type { StoreError } from '../store/store.js'

type Advice = readonly [RegExp, string]

/** The line of permissions, and where it is. */
export const PERMISSIONS = 'docs/stores.md has the line with every permission that the Redis user needs.'

/** What the driver says about an answer that no Redis gives, asking for a bug report. */
const NO_REDIS = /\bProtocol error, got\b/

/** What is wrong with a Redis and what to do, by what it says. The first that fits counts. */
const REDIS: readonly Advice[] = [
  [/\bOOM\b/, 'Give Redis more memory (maxmemory): until then it refuses starts.'],
  [
    /\d of \d replicas|\bNOREPLICAS\b/,
    'Bring a replica back, or require fewer: until then servers run, but verify nobody.',
  ],
  [/\bNOPERM\b/, PERMISSIONS],
  [NO_REDIS, 'Correct the host and the port in OTP_STORE, and whether it begins with redis: or rediss:.'],
  [/\b(NOAUTH|WRONGPASS)\b/, 'Correct the user and the password in OTP_STORE.'],
  [
    /\bMOVED\b|\bCROSSSLOT\b/,
    'It is a cluster node: start OTP_STORE with redis+cluster:, or rediss+cluster: with TLS.',
  ],
  [
    /cluster support disabled/i,
    'It is not a cluster: start OTP_STORE with redis:, or rediss: with TLS (docs/stores.md).',
  ],
  [/\bREADONLY\b/, 'Name the primary in OTP_STORE: this one is a replica.'],
]

/** Advice about a Redis that is reached over TLS, in the same order. */
const TLS: readonly Advice[] = [
  [
    /self-signed|unable to (get|verify)|altnames|certificate has expired/i,
    'Have Node trust the CA of its certificate (NODE_EXTRA_CA_CERTS), and name the host as the certificate does.',
  ],
  [
    /ECONNRESET|socket hang up|disconnected before secure TLS|certificate required|SSL alert/i,
    'Redis may require client certificates, and this client has none: set tls-auth-clients no (docs/stores.md).',
  ],
]

/** Advice about a store in a file, in the same order. */
const FILE: readonly Advice[] = [
  [
    /SQLITE_FULL|ENOSPC|EDQUOT/,
    'Free space on the disk of the file: until then servers refuse whatever they would have to write.',
  ],
  [
    /SQLITE_(CORRUPT|NOTADB)/,
    'Stop the servers, move the file away with those beside it (-wal, -shm), and continue with a backup or a new file: visits under way, limits and pauses are then lost.',
  ],
  [
    /SQLITE_(READONLY|PERM|CANTOPEN)|EACCES|EPERM|EROFS/,
    'Let the user that runs the server write the file, those beside it (-wal, -shm) and their folder, on a disk that is not mounted read-only.',
  ],
  [
    /only for visits under way/,
    'Starts are refused until some of what it holds expires; a larger site belongs on Redis (docs/stores.md).',
  ],
  [/is full/, 'There is no room even for servers and operators; move to Redis (docs/stores.md).'],
  [/SQLITE_IOERR|EIO/, 'Check the disk of the file: it is failing.'],
  [/SQLITE_BUSY/, 'Stop whatever else holds the file, such as another program that reads it.'],
  [
    /is a folder|another program|ENOTDIR/,
    'Name a separate file in OTP_STORE, such as sqlite:data/otp-verify.db.',
  ],
  [/is of version/, 'Run the version of otp-verify that made the file, or name another in OTP_STORE.'],
]

/** A store's error message in a form that helps its operator. */
export function plainly({ message }: StoreError): string {
  return NO_REDIS.test(message) ? 'What answers at the host and port of OTP_STORE is not Redis.' : message
}

/** What to do about a store that does not work. @param address what `OTP_STORE` says. */
export function adviceOf({ message }: StoreError, address: string): string {
  const advice = /^redis/i.test(address) ? [...REDIS, ...(/^rediss/i.test(address) ? TLS : [])] : FILE
  const [, fix] = advice.find(([said]) => said.test(message)) ?? []
  return fix ?? 'See docs/stores.md; servers do not start without their store.'
}
