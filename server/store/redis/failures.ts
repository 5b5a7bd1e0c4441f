import { StoreError, StoreFullError, UnreplicatedError } from '../store.js'

/** The call never left: nothing was done, nor will be. */
export class UnsentError extends StoreError {}

/** The server was restarted, or its scripts were flushed; it has done nothing. */
export class UnknownScriptError extends StoreError {}

/** Does the work, and rejects with a StoreError whatever happens. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeError(message(error))
  }
}

/** Keeps nothing but the message: ioredis puts whole commands into its errors, and one of them authenticates. */
export function storeError(reason: string): StoreError {
  const text = `Redis: ${reason}`
  // An answer of Redis begins with the kind of its error, which tells nothing of what was asked.
  const [, code] = /^([A-Z]{2,20}) /.exec(reason) ?? []
  // It has reached its `maxmemory` and evicts nothing.
  if (code === 'OOM') return new StoreFullError(text, code)
  return code === 'NOSCRIPT' ? new UnknownScriptError(text) : new StoreError(text, code)
}

/** Says of a call that there was no connection for it, and why: in a word of Redis's or of the network's. @throws UnsentError */
export function unsent(error: unknown): never {
  const { message: text, code } = storeError(message(error))
  throw new UnsentError(text, code ?? codeOf(error))
}

/** The word that Node.js has for what went wrong with a connection. */
function codeOf(error: unknown): string | undefined {
  const { code, lastNodeError } = error as { code?: unknown; lastNodeError?: unknown }
  if (lastNodeError instanceof Error) return codeOf(lastNodeError)
  return typeof code === 'string' && /^[A-Z][A-Z\d_]+$/.test(code) ? code : undefined
}

/** Says of a call that was answered that it may yet be lost. @throws UnreplicatedError */
export function unreplicated(error: unknown): never {
  const reason = message(error)
  const text = `Redis: it is written, but too few replicas are known to have it, and a failover may undo it: ${reason}`
  throw new UnreplicatedError(text, storeError(reason).code)
}

/** What an error says for itself. */
export function message(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Why none of its nodes will do, a cluster says in an error within.
  const { lastNodeError } = error as { lastNodeError?: unknown }
  return lastNodeError instanceof Error ? message(lastNodeError) : error.message
}
