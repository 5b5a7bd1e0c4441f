import { setTimeout as wait } from 'node:timers/promises'

const PARENT_CHECK_MS = 250
const ANSWER_PATIENCE_MS = 5000

/**
 * Calls back once npm is gone: it hands SIGTERM to the shell between us only, which ends and leaves us behind with a
 * new parent.
 */
export function whenNpmLeaves(callback) {
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) callback()
  }, PARENT_CHECK_MS)
}

/** Whether a child process has not ended yet. */
export function isRunning(child) {
  return child.exitCode === null && child.signalCode === null
}

/**
 * Waits until every address has answered well, one after the other.
 *
 * @returns the first address that did not within `patience` ms in all; `undefined` when all did, or `isStopping()`.
 */
export async function firstSilent(addresses, patience, isStopping) {
  const deadline = performance.now() + patience
  for (const address of addresses) {
    while (!isStopping() && !(await answers(address))) {
      if (performance.now() > deadline) return address
      await wait(100)
    }
  }
  return undefined
}

async function answers(address) {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_PATIENCE_MS) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}
