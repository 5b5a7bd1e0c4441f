import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const HOME = join(ROOT, 'demo/templates')

/** How each folder of the examples is compiled, in words of its own checker. */
const CHECKERS = {
  plain: ['typescript/bin/tsc', '-p', 'plain', '--pretty', 'false', '--listFiles'],
  vue: ['vue-tsc/bin/vue-tsc.js', '-p', 'vue', '--pretty', 'false'],
  svelte: [
    'svelte-check/bin/svelte-check',
    ...['--workspace', 'svelte', '--tsconfig', 'tsconfig.json'],
    ...['--fail-on-warnings', '--output', 'machine'],
  ],
  solid: ['typescript/bin/tsc', '-p', 'solid', '--pretty', 'false'],
}

/** Complaints as tsc and vue-tsc print them, and as svelte-check does; a message may go on for lines. */
const COMPLAINTS = [
  /^(?<file>\S+)\((?<line>\d+),\d+\): (?<message>error .*(?:\n .*)*)/gm,
  /^\d+ (?:ERROR|WARNING) "(?<file>.*?)" (?<line>\d+):\d+ (?<message>".*")/gm,
]

export type Example = keyof typeof CHECKERS

/** What a checker found wrong. */
export interface Complaint {
  file: string
  /** The source of the line, without its indentation. */
  line: string
  message: string
}

/**
 * Installs the packages of the examples, and what was just built beside them: a copy, as its users have one, because
 * its types look for the framework from where they lie.
 */
export function installExamples(): void {
  const copy = join(HOME, 'node_modules/otp-verify')
  if (!existsSync(join(HOME, 'node_modules/.package-lock.json'))) {
    console.log('Installing the frameworks of demo/templates (npm ci) …')
    execFileSync('npm', ['ci'], { cwd: HOME, stdio: 'ignore', shell: process.platform === 'win32' })
  }
  rmSync(copy, { recursive: true, force: true })
  for (const part of ['dist/contract', 'dist/widget', 'package.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true })
  }
}

/** Compiles an example; resolves with what its checker has printed, and with its complaints in their order. */
export async function check(example: Example): Promise<{ output: string; complaints: Complaint[] }> {
  const { code, output } = await runPackage(HOME, CHECKERS[example])
  const found = COMPLAINTS.flatMap((pattern) => [...output.matchAll(pattern)])
  if ((code === 0) !== (found.length === 0)) throw new Error(`${example} ended with ${code}:\n${output}`)
  const complaints = found.map(async ({ groups }) => {
    const { file, line, message } = groups as Record<'file' | 'line' | 'message', string>
    const path = join(HOME, example === 'svelte' ? 'svelte' : '', file)
    const source = (await readFile(path, 'utf8')).split('\n')
    return {
      file,
      line: source[Number(line) - 1]!.trim(),
      message: message.startsWith('"') ? (JSON.parse(message) as string) : message,
    }
  })
  return { output, complaints: await Promise.all(complaints) }
}

/** Builds an example into `folder` with the development build of its framework, which says what it dislikes. */
export async function bundle(example: Example, folder: string, server: string): Promise<void> {
  const { code, output } = await runPackage(
    join(HOME, example),
    [
      'vite/bin/vite.js',
      'build',
      '--mode',
      'development',
      '--base',
      './',
      '--outDir',
      folder,
      '--emptyOutDir',
    ],
    { NODE_ENV: 'development', VITE_OTP_SERVER: server },
  )
  if (code !== 0) throw new Error(output)
}

function runPackage(
  cwd: string,
  [program = '', ...args]: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env['PATH'], ...env } }
    execFile(
      process.execPath,
      [join(HOME, 'node_modules', program), ...args],
      options,
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr })
      },
    )
  })
}
