import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root, startOf } from './processes.mjs'

const folder = join(root, 'data')

/** Leaves a note of the processes of this run and the ports they hold, so that a later run can stop them. */
export function recordRun(ports, pids) {
  mkdirSync(folder, { recursive: true })
  const processes = pids.map((pid) => ({ pid, started: startOf(pid) }))
  writeFileSync(notePath(ports), JSON.stringify({ ports, processes }))
}

/** Takes the note of this run away again. */
export function forgetRun(ports) {
  rmSync(notePath(ports), { force: true })
}

/**
 * Stops every earlier run of this checkout that holds one of these ports, also when only its children are left.
 *
 * A process is signalled only when its id and its start time are those of the note, so never a stranger's.
 * Returns how many runs were stopped.
 */
export async function stopEarlierRuns(ports) {
  let stopped = 0
  for (const note of readNotes()) {
    if (!note.ports.some((port) => ports.includes(port))) continue
    const alive = note.processes.filter(isAlive)
    if (alive.length > 0) {
      await stop(alive)
      stopped++
    }
    forgetRun(note.ports)
  }
  return stopped
}

function notePath(ports) {
  return join(folder, `start-${ports.join('-')}.json`)
}

function readNotes() {
  try {
    return readdirSync(folder)
      .filter((name) => /^start-[\d-]+\.json$/.test(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  } catch {
    return []
  }
}

function isAlive({ pid, started }) {
  return started !== undefined && startOf(pid) === started
}

async function stop(processes) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const { pid } of processes.filter(isAlive)) signalQuietly(pid, signal)
    for (let tries = 0; tries < 80 && processes.some(isAlive); tries++) await wait(100)
  }
}

function signalQuietly(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}
