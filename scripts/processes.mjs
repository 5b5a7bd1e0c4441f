import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's folder; every command runs in it, wherever it was called from. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Prints one line of progress. */
export function say(line) {
  console.log(`• ${line}`)
}

/** Runs a command with this terminal and resolves with its exit code; 1 when it could not start or was killed. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Runs a JavaScript file with this Node and resolves with its exit code. */
export function runNode(args, options) {
  return run(process.execPath, args, options)
}

/** Runs npm and resolves with its exit code. */
export function runNpm(args, options = {}) {
  // Under `npm start` and `npm test` npm tells where it is; that also spares Windows the shell that npm.cmd needs.
  const npm = process.env['npm_execpath']
  return npm
    ? runNode([npm, ...args], options)
    : run('npm', args, { shell: process.platform === 'win32', ...options })
}

/** Where programs of these names may be, folder by folder of the PATH. */
export function placesOnPath(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => names.map((name) => join(folder, name)))
}

/**
 * When a process began, as an opaque text that no other process of the same id shares.
 *
 * `undefined` when there is no such process, or no way to tell on this system.
 */
export function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      // A zombie has ended; only its parent has not noticed yet. The start time is field 22 of proc(5).
      return state === 'Z' ? undefined : rest[18]
    }
    if (process.platform === 'win32') return undefined
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return text || undefined
  } catch {
    return undefined
  }
}
