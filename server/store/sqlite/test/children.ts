import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const CHILD = fileURLToPath(new URL('../../../../dist/server/store/sqlite/test/child.js', import.meta.url))

/** Compiles the server, so that children run what the sources say. */
export function compileChildren(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'server'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
}

/** A process that waits to be let go. */
export interface Child {
  /** Lets it do its task. @returns what it says, line by line, as it comes. */
  go(): AsyncIterableIterator<unknown>
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>
}

/**
 * Starts a process that does a task of child.ts.
 *
 * @param fileSize the largest file it may write, in KiB.
 */
export async function startChild(task: string, path: string, number = 0, fileSize?: number): Promise<Child> {
  const limit = fileSize === undefined ? '' : `ulimit -f ${fileSize * 2} && `
  const command = `${limit}exec "$0" "$@"`
  const child: ChildProcess = spawn(
    '/bin/sh',
    ['-c', command, process.execPath, CHILD, task, path, String(number)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  await lines.next()
  return {
    async *go() {
      child.stdin!.end('go\n')
      for await (const line of lines) yield JSON.parse(line) as unknown
    },
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
