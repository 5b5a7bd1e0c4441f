import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile, cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../release/manifest.js'

const run = promisify(execFile)

/** A file that the package has. */
export interface PackedFile {
  path: string
  mode: number
}

/** The package as npm makes it, in a temporary folder. */
export interface Packed {
  tarball: string
  files: readonly PackedFile[]
  folder: string
  remove(): Promise<void>
}

/** Packs what was built. */
export async function pack(): Promise<Packed> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-package-'))
  const { stdout } = await npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)
  const [packed] = JSON.parse(stdout) as { filename: string; files: PackedFile[] }[]
  const remove = () => rm(folder, { recursive: true, force: true })
  return { folder, tarball: join(folder, packed!.filename), files: packed!.files, remove }
}

/** Installs the package into a project of its own, beside the copies of some packages that the checkout has. */
export async function freshProject({ folder, tarball }: Packed, beside: readonly string[]): Promise<string> {
  const project = join(folder, 'fresh')
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{ "name": "fresh", "private": true, "type": "module" }')
  await npm(project, 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball)
  await mkdir(join(project, 'node_modules/@types'), { recursive: true })
  for (const name of beside) {
    const copy = join(project, 'node_modules', name)
    await symlink(join(ROOT, 'node_modules', name), copy).catch(unlessThere)
  }
  return project
}

/** Makes the folder /app of the Dockerfile, by its own commands. */
export async function imageFolder({ folder, tarball }: Packed): Promise<string> {
  const app = join(folder, 'app')
  await mkdir(app)
  await run('tar', ['-xzf', tarball, '-C', app, '--strip-components', '1'])
  for (const name of ['package-lock.json', '.npmrc']) await cp(join(ROOT, name), join(app, name))
  await npm(app, 'pkg', 'delete', 'devDependencies')
  await npm(app, 'install', '--omit=peer', '--prefer-offline')
  return app
}

/** Runs a program of the checkout's packages; resolves with what it printed, whether or not it was content. */
export async function tool(
  cwd: string,
  path: string,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  return run(process.execPath, [join(ROOT, 'node_modules', path), ...args], { cwd, maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  )
}

/** The packages that are installed in a folder, by their paths. */
export async function installedIn(
  folder: string,
): Promise<Record<string, { version: string; integrity?: string }>> {
  const lock = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8')
  return (JSON.parse(lock) as { packages: Record<string, { version: string; integrity?: string }> }).packages
}

async function npm(cwd: string, ...args: string[]) {
  return run('npm', args, { cwd, maxBuffer: 1e8, shell: process.platform === 'win32' })
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
