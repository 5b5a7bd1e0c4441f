import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
export { freePorts } from '../../server/test/free-ports.js'

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

/** The executable, built. */
export const PROGRAM = join(DIST, 'bin/otp-verify.js')

const PATIENCE_MS = 45_000

/**
 * Starts a program of dist/ as a process of its own, with no variables but those given.
 *
 * @param errors where its standard error goes: 'inherit', or a file.
 */
export function launch(
  { cwd, env, errors = 'inherit' }: { cwd: string; env: NodeJS.ProcessEnv; errors?: string },
  program: string,
  ...args: string[]
): ChildProcess {
  const file = errors === 'inherit' ? undefined : openSync(errors, 'w')
  const child = spawn(process.execPath, [join(DIST, program), ...args], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', file ?? 'inherit'],
  })
  if (file !== undefined) closeSync(file)
  return child
}

/** Waits until an address answers. @throws Error when one of the children has ended, or after 45 seconds */
export async function untilAnswers(address: string, children: readonly ChildProcess[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    if (children.some((child) => child.exitCode !== null))
      throw new Error('A process ended before it was ready.')
    const answer = await fetch(address).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (performance.now() > deadline) throw new Error(`${address} does not answer.`)
    await wait(50)
  }
}

/** Stops a process and waits until it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
