import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../processes/built.js'

const FOLDER = fileURLToPath(new URL('..', import.meta.url))
const PATIENCE_MS = 60_000

/** What runs a recipe, as `scripts/programs.json` has it. */
export interface Program {
  /** The language. */
  name: string
  /** What it takes, in words. */
  needs: string
  /** Programs that may do; the first that passes the probe is taken. */
  programs: string[]
  /** Arguments with which a program ends well when all is there that the recipe needs. */
  probe: string[]
  env?: NodeJS.ProcessEnv
}

/** A backend of this folder, and how it is run. */
export interface Recipe extends Program {
  file: string
  /** Whether its language has no JSON, so that it reads JSON with code of its own. */
  readsJsonItself?: boolean
  /** Arguments that make `binary` first, which then runs in place of the program. */
  build?: (file: string, binary: string) => string[]
  run: (at: { file: string; port: number; folder: string }) => string[]
}

const PROGRAMS = JSON.parse(
  readFileSync(new URL('../../../scripts/programs.json', import.meta.url), 'utf8'),
) as Program[]

/** What has to be there for a language. */
export function needsOf(language: string): Program {
  return PROGRAMS.find(({ name }) => name === language)!
}

/** What runs a recipe in JavaScript. */
export const NODE = { needs: 'node', programs: [process.execPath], probe: ['--version'] }

export const RECIPES: Recipe[] = [
  { ...NODE, name: 'Node', file: 'node-http.mjs', run: ({ file }) => [file] },
  { ...NODE, name: 'Express', file: 'express.mjs', run: ({ file }) => [file] },
  { ...NODE, name: 'Hono', file: 'hono.mjs', run: ({ file }) => [file] },
  { ...needsOf('Python'), file: 'signup.py', run: ({ file }) => [file] },
  { ...needsOf('Ruby'), file: 'signup.rb', run: ({ file }) => [file] },
  {
    ...needsOf('Go'),
    file: 'signup.go',
    build: (file, binary) => ['build', '-o', binary, file],
    run: () => [],
  },
  {
    ...needsOf('PHP'),
    // Its server for trials answers one request after the other otherwise.
    env: { PHP_CLI_SERVER_WORKERS: '8' },
    file: 'signup.php',
    run: ({ file, port, folder }) => ['-d', `session.save_path=${folder}`, '-S', `127.0.0.1:${port}`, file],
  },
  {
    ...needsOf('Java'),
    file: 'Signup.java',
    readsJsonItself: true,
    // It is compiled at every start and runs for seconds: with the quick compiler alone that takes half.
    run: ({ file }) => ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', file],
  },
]

/** The program of this machine that runs a recipe, if there is one; otherwise says loudly what is missing. */
export function programOf({ name, needs, programs, probe, env }: Program): string | undefined {
  const found = programs.find((program) => spawnSync(program, probe, { env: environment(env) }).status === 0)
  if (!found) console.warn(`NOT RUN: ${name} (${needs})`)
  return found
}

/** A recipe that runs. */
export interface RunningRecipe {
  url: string
  /** All that it wrote to its log. */
  log(): string
  stop(): Promise<void>
}

/** Runs a recipe on a free port, and waits until it answers. */
export async function startRecipe(
  recipe: Recipe,
  program: string,
  settings: { issuer: string; audience: string; file?: string },
): Promise<RunningRecipe> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-recipe-'))
  const file = settings.file ?? join(FOLDER, recipe.file)
  const binary = join(folder, 'binary')
  if (recipe.build) {
    const built = spawnSync(program, recipe.build(file, binary), { env: environment(recipe.env) })
    if (built.status !== 0) throw new Error(`${recipe.file} does not compile: ${String(built.stderr)}`)
  }
  const [port] = (await freePorts(1)) as [number]
  const url = `http://127.0.0.1:${port}`
  const child = spawn(recipe.build ? binary : program, recipe.run({ file, port, folder }), {
    cwd: folder,
    // A process group, since PHP's workers outlive the process that began them.
    detached: true,
    env: {
      ...environment(recipe.env),
      ISSUER: settings.issuer,
      AUDIENCE: settings.audience,
      PORT: `${port}`,
    },
  })
  const ended = once(child, 'exit')
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text))
  }
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid!)
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = performance.now() + PATIENCE_MS
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`${recipe.file} does not answer: ${log}`)
    }
    await wait(50)
  }
  return { url, log: () => log, stop }
}

function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], ...extra }
}

/** A visitor's session with a recipe. */
export interface Session {
  cookie: string
  nonce: string
}

/** Opens the page with the form, as a visitor who comes for the first time. */
export async function openSession(url: string): Promise<Session> {
  const answer = await fetch(url)
  const nonce = /token-nonce="([\w-]{16,128})"/.exec(await answer.text())![1]!
  return { cookie: answer.headers.get('Set-Cookie')!.split(';')[0]!, nonce }
}

/** Posts the form of a recipe. Answers that are no JSON fail the test. */
export async function post(url: string, cookie: string, fields: Record<string, string>) {
  const answer = await fetch(`${url}/signup`, {
    method: 'POST',
    headers: cookie ? { Cookie: cookie } : {},
    body: new URLSearchParams(fields),
  })
  return { status: answer.status, body: (await answer.json()) as { phoneNumber?: string; error?: string } }
}

/** Posts the form as the element fills it in. */
export function signUp(url: string, { cookie }: Pick<Session, 'cookie'>, token: string) {
  return post(url, cookie, { 'otp-verify-response': token, name: 'Ada' })
}
