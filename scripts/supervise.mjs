import { setTimeout as wait } from 'node:timers/promises'

const PARENT_CHECK_MS = 250
const PATIENCE_MS = 30_000
const ANSWER_PATIENCE_MS = 5000

/** Calls back when this command is to end: at Ctrl-C, at a signal, or because npm is gone. */
export function whenStopped(callback) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, callback)
  whenNpmLeaves(callback)
}

/** npm hands SIGTERM to the shell between us only, which ends and leaves us behind with a new parent. */
function whenNpmLeaves(callback) {
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) callback()
  }, PARENT_CHECK_MS)
}

/** Ends child processes, and kills those that are still there after five seconds. */
export async function endAll(children) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const child of children.filter(isRunning)) child.kill(signal)
    for (let tries = 0; tries < 50 && children.some(isRunning); tries++) await wait(100)
  }
}

function isRunning(child) {
  return child.exitCode === null && child.signalCode === null
}

/**
 * Waits until every address has answered well, one after the other.
 *
 * @returns the first address that did not within half a minute in all; `undefined` when all did, or `isStopping()`.
 */
export async function firstSilent(addresses, isStopping) {
  const deadline = performance.now() + PATIENCE_MS
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
