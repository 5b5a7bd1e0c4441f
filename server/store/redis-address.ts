/** Where Redis listens, read from a URL. */
export interface RedisAddress {
  /** Whether the nodes form a cluster; if not, there is one node. */
  cluster: boolean
  tls: boolean
  nodes: { host: string; port: number }[]
  username: string | undefined
  password: string | undefined
  /** Number of the database. A cluster has only 0. */
  db: number
  /** How many replicas must have what may not be lost before it is acknowledged. */
  replicas: number
}

const ADDRESS =
  /^redis(?<tls>s?)(?<cluster>\+cluster)?:\/\/(?:(?<username>[^:@/]*):(?<password>[^@/]*)@)?(?<nodes>[^@/?#]+)(?:\/(?<db>\d{0,5}))?(?:\?replicas=(?<replicas>[1-9]))?$/i

const NODE = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i

/**
 * Reads the address of a Redis, of a Valkey, or of a cluster of either. The port is 6379 unless said.
 *
 * - `redis://HOST:PORT/DATABASE`, `rediss://…` over TLS
 * - `redis+cluster://HOST:PORT,HOST:PORT`, `rediss+cluster://…`: some nodes, which tell of the others
 * - `USER:PASSWORD@` or `:PASSWORD@` before the host; percent-encode what is neither a letter nor a digit
 * - `?replicas=1`, up to 9, at the end: how many replicas must have what may not be lost; not for clusters
 *
 * @returns the address, or the mistake as a sentence for the operator that does not repeat the text: it may hold a
 * password.
 */
export function parseRedisUrl(text: string): RedisAddress | { mistake: string } {
  const parts = ADDRESS.exec(text.trim())?.groups
  const nodes = parts?.['nodes']!.split(',').map(readNode)
  if (!parts || !nodes?.every((node) => node !== undefined)) {
    return {
      mistake:
        'Write redis://USER:PASSWORD@HOST:PORT/DATABASE, with ?replicas=1 at its end to wait for a replica, or ' +
        'redis+cluster://HOST:PORT,HOST:PORT.',
    }
  }
  const cluster = parts['cluster'] !== undefined
  const db = Number(parts['db'] ?? 0)
  const replicas = Number(parts['replicas'] ?? 0)
  if (nodes.length > 1 && !cluster)
    return { mistake: 'Several hosts mean a cluster: write redis+cluster://.' }
  if (cluster && db > 0) return { mistake: 'A cluster has no numbered databases: leave out the number.' }
  if (cluster && replicas > 0) return { mistake: 'A cluster cannot wait for replicas: leave out replicas.' }
  try {
    const [username, password] = [parts['username'], parts['password']].map(
      (part) => decodeURIComponent(part ?? '') || undefined,
    )
    return { cluster, tls: parts['tls'] !== '', nodes, username, password, db, replicas }
  } catch {
    return {
      mistake: 'Percent-encode what is neither a letter nor a digit in the user name and the password.',
    }
  }
}

function readNode(text: string): { host: string; port: number } | undefined {
  const node = NODE.exec(text)?.groups
  const port = Number(node?.['port'] ?? 6379)
  return node && port <= 65535 ? { host: (node['v6'] ?? node['name'])!, port } : undefined
}
