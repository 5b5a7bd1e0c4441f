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

/** Says of a call that there was no connection for it. @throws UnsentError */
export function unsent(error: unknown): never {
  throw new UnsentError(storeError(message(error)).message)
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
  return lastNodeError instanceof Error ? lastNodeError.message : error.message
}
