import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisAddress } from '../redis-address.js'
import { guarded, message, unreplicated, unsent, UnknownScriptError } from './failures.js'
import { gathering } from './gathering.js'
import { keepPasswordsUnseen } from './unseen-password.js'

/** Milliseconds that a call waits for a connection, and then for its answer: together less than a second. */
const CONNECT_PATIENCE = 350
const ANSWER_PATIENCE = 550

/** Milliseconds that replicas get to take over what was written, within the patience for the answer (SR-C14). */
const REPLICATION_PATIENCE = 200

/** Milliseconds after which a connection that answers nothing is given up. */
const SILENCE = 2000

/** Milliseconds between two attempts to connect, at most. */
const LONGEST_RETRY = 500

/** Milliseconds between two looks at who serves what in a cluster: a node that is silent does not say it has moved. */
const TOPOLOGY_INTERVAL = 5000

/** How many keys Redis looks at for one page. */
const PAGE = 500

/** One atomic step, run by the server. */
export interface Script {
  lua: string
  /** SHA-1 of `lua`, by which the server knows it. */
  sha: string
}

/** What a script or a command is given. */
export type Argument = string | number | Buffer

/** A connection that loses patience, so that nothing waits for a server that is gone. */
export interface Connection {
  /**
   * Runs a script in one round trip; texts come back as Buffers.
   *
   * Once sent it is never sent again: whether it has run is unknown when this rejects with anything but UnsentError.
   *
   * @param lasting whether the replicas that the address asks for must have what it wrote before it counts as done.
   * @throws StoreError within a second; UnreplicatedError when too few replicas have it; StoreFullError
   */
  run(script: Script, keys: readonly string[], args: readonly Argument[], lasting: boolean): Promise<unknown>
  /**
   * The values of keys that lie on one node of a cluster. A page at a time: Redis does nothing else while it reads one.
   *
   * @throws StoreError when a page does not come within a second
   */
  values(keys: readonly string[]): Promise<(Buffer | undefined)[]>
  /**
   * The keys that begin with `prefix`, of all nodes, in pages. A key that comes or goes meanwhile may be missing.
   *
   * @throws StoreError when a page does not come within a second
   */
  scan(prefix: string): AsyncIterable<string[]>
  /**
   * The server's clock, in milliseconds since 1970.
   *
   * @throws StoreError within a second
   */
  time(): Promise<number>
  /**
   * The `maxmemory-policy` of every node that is written to, as far as it may be asked.
   *
   * @throws StoreError within a second
   */
  evictionPolicies(): Promise<string[]>
  /**
   * For every such node, as far as it may be asked, whether it writes down what it is told (`appendonly`).
   *
   * @throws StoreError within a second
   */
  writesLog(): Promise<boolean[]>
  /** Waits for what is under way, for a moment, and disconnects. */
  close(): Promise<void>
}

/** Makes a script of its text. It fails before it writes anything when the server is full. */
export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/**
 * Makes a script that writes even when the server is full: for those under way, who have been let in before and add
 * next to nothing.
 */
export function scriptUnderWay(lua: string): Script {
  return script(`#!lua flags=allow-oom\n${lua}`)
}

/** Connects, and goes on connecting whenever the connection is lost. */
export function connect(address: RedisAddress, tls: ConnectionOptions): Connection {
  const client = createClient(address, tls)
  const { replicas } = address
  // Whoever waits for the connection hears of it; ioredis would print what nobody listens to.
  let lostBy: unknown
  client.on('error', (error: unknown) => (lostBy = error)).on('ready', () => (lostBy = undefined))
  // ioredis stops listening to a socket that it is about to leave; an error of it would end the process then.
  if (client instanceof Redis) client.on('connect', () => void client.stream.on('error', () => {}))
  let connecting: Promise<unknown> | undefined
  let corked = false

  async function ready(): Promise<void> {
    if (client.status === 'ready' && (client instanceof Cluster || client.stream.writable)) return
    connecting ??= once(client, 'ready').finally(() => (connecting = undefined))
    await inTime(connecting, CONNECT_PATIENCE, 'no connection').catch((error: unknown) =>
      unsent(lostBy ?? error),
    )
  }

  /** Lets the calls of one turn of the event loop leave in one packet: it halves what a call costs either side. */
  function cork(): void {
    if (corked || client instanceof Cluster) return
    const { stream } = client
    corked = true
    stream.cork()
    setImmediate(() => {
      corked = false
      stream.uncork()
    })
  }

  /** Whoever has been silent for that long may be gone for good, and be replaced under the same name. */
  function giveUp(error: unknown): never {
    if (message(error) === 'Command timed out' && client instanceof Redis) client.stream.destroy()
    throw error
  }

  const writable = () => (client instanceof Cluster ? client.nodes('master') : [client])

  /** A section of what every node that is written to tells of itself; nothing where it may not be asked. */
  async function told(section: string): Promise<string[]> {
    await ready()
    const asked = writable().map((node) => inTime(node.info(section), ANSWER_PATIENCE, 'no answer'))
    return guarded(() => Promise.all(asked)).catch((error: unknown) => {
      if (message(error).includes('NOPERM')) return []
      throw error
    })
  }

  /** Writes to a connection that is ready, before anything else can happen. */
  async function send(command: string, args: Argument[]): Promise<unknown> {
    cork()
    return client.callBuffer(command, args).catch(giveUp)
  }

  async function call(command: string, ...args: Argument[]): Promise<unknown> {
    await ready()
    return guarded(() => inTime(send(command, args), ANSWER_PATIENCE, 'no answer'))
  }

  /**
   * One WAIT for all calls before it: Redis does nothing else for a connection that waits, so one each would queue. Its
   * patience begins when it leaves, after another has ended maybe. It speaks for no other connection than theirs: the next
   * is not there yet when what was out on a lost one is rejected.
   */
  const nextWait = gathering(() =>
    inTime(send('wait', [replicas, REPLICATION_PATIENCE]), ANSWER_PATIENCE, 'no answer'),
  )

  async function callReplicated(command: string, ...args: Argument[]): Promise<unknown> {
    await ready()
    // Asked for first, it leaves in the same packet when nobody waits: then it is still one round trip.
    const wait = nextWait()
    const answer = guarded(() => inTime(send(command, args), ANSWER_PATIENCE, 'no answer'))
    const replicated = wait.then((having) => {
      if ((having as number) >= replicas) return
      throw new Error(
        `NOREPLICAS ${String(having)} of ${replicas} replicas within ${REPLICATION_PATIENCE} ms`,
      )
    })
    return (await Promise.all([answer, replicated.catch(unreplicated)]))[0]
  }

  return {
    async run({ lua, sha }, keys, args, lasting) {
      const rest = [keys.length, ...keys, ...args]
      const by = lasting && replicas > 0 ? callReplicated : call
      try {
        return await by('evalsha', sha, ...rest)
      } catch (error) {
        if (error instanceof UnknownScriptError) return by('eval', lua, ...rest)
        throw error
      }
    },

    async values(keys) {
      const values: (Buffer | undefined)[] = []
      for (let first = 0; first < keys.length; first += PAGE) {
        const page = (await call('mget', ...keys.slice(first, first + PAGE))) as (Buffer | null)[]
        values.push(...page.map((value) => value ?? undefined))
      }
      return values
    },

    async *scan(prefix) {
      await ready()
      const nodes = writable()
      const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`
      for (const node of nodes) {
        let cursor = '0'
        do {
          const page = node.scan(cursor, 'MATCH', pattern, 'COUNT', PAGE)
          const [next, keys] = await guarded(() => inTime(page, ANSWER_PATIENCE, 'no answer'))
          yield keys
          cursor = next
        } while (cursor !== '0')
      }
    },

    async time() {
      const [seconds, microseconds] = (await call('time')) as [Buffer, Buffer]
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
    },

    async evictionPolicies() {
      return (await told('memory')).flatMap((answer) => /^maxmemory_policy:([\w-]+)/m.exec(answer)?.[1] ?? [])
    },

    async writesLog() {
      return (await told('persistence')).flatMap((answer) => {
        const [, enabled] = /^aof_enabled:([01])/m.exec(answer) ?? []
        return enabled === undefined ? [] : enabled === '1'
      })
    },

    async close() {
      await inTime(client.quit(), ANSWER_PATIENCE, 'no answer').catch(() => client.disconnect())
    },
  }
}

function createClient(address: RedisAddress, tls: ConnectionOptions): Redis | Cluster {
  keepPasswordsUnseen()
  const { cluster, nodes, username, password, db } = address
  const options: RedisOptions = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(address.tls && { tls }),
    connectTimeout: CONNECT_PATIENCE,
    commandTimeout: SILENCE,
    disconnectTimeout: CONNECT_PATIENCE,
    // Nothing is sent twice, nor after its caller has given up: a step that was taken must not be taken again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
  }
  const retry = (times: number) => Math.min(50 * times, LONGEST_RETRY)
  if (cluster) {
    return new Cluster(nodes, {
      clusterRetryStrategy: retry,
      retryDelayOnFailover: 0,
      // Of these, each may wait for a tenth of a second.
      maxRedirections: 5,
      slotsRefreshTimeout: ANSWER_PATIENCE,
      slotsRefreshInterval: TOPOLOGY_INTERVAL,
      // A certificate names the host, not its address.
      dnsLookup: (host, callback) => callback(null, host),
      // A node that is still loading says so, which ends a call sooner than waiting for it.
      redisOptions: { ...options, socketTimeout: SILENCE, enableReadyCheck: false },
    })
  }
  return new Redis({
    ...nodes[0],
    ...options,
    db,
    enableOfflineQueue: false,
    retryStrategy: retry,
    // After a failover the old address may lead to what is now a replica.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
}

/**
 * Settles as `promise` does, or says in time that there is `nothing`. A process that was held up looks at what has
 * arrived meanwhile before it gives up.
 */
function inTime<T>(promise: Promise<T>, patience: number, nothing: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => setImmediate(reject, new Error(`${nothing} within ${patience} ms`))
    const timer = setTimeout(giveUp, patience)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
