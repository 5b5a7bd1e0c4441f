import './node-version.mjs'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { buildExecutable } from './executable.mjs'
import { licensesBeside } from './licenses.mjs'
import { root, runNode, say } from './processes.mjs'
import { buildStamp, end, installPackages } from './setup.mjs'

const PROJECTS = ['contract', 'widget', 'server', 'demo', 'bench']

/** Files that the compiler does not know of, with the place they have beside the compiled ones. */
const COPIES = [
  ['widget/templates', /\.d\.ts$/],
  ['server/sandbox', /\.html$/],
  ['demo/html/static', /./],
]

const began = performance.now()
await installPackages()
rmSync(buildStamp, { force: true })
for (const project of PROJECTS) removeOrphans(join(root, 'dist', project), join(root, project))
await step('typescript/bin/tsc', '-b')
await step('vite/bin/vite.js', 'build', '--logLevel', 'warn')
await describe()
await buildOperatorPage(join(root, 'dist/operator'))
const copies = COPIES.flatMap(([folder, pattern]) => copyMatching(folder, pattern))
await buildExecutable(copies.filter((path) => path.startsWith(join(root, 'dist/server'))))
writeFileSync(buildStamp, '')
report()

/** The operator's page, which stands wherever the admin listener is mounted. */
async function buildOperatorPage(outDir) {
  const { build } = await import('vite')
  await build({
    ...{ root: join(root, 'server/operator/page'), base: './', configFile: false, logLevel: 'warn' },
    build: { outDir, emptyOutDir: true, target: 'es2022' },
    plugins: [licensesBeside()],
  })
}

async function step(program, ...args) {
  if ((await runNode([join('node_modules', program), ...args])) !== 0)
    end(`${program} found mistakes; see above.`)
}

/** What the element's source says of itself, for programs and editors. It is written for people by element-docs.mjs. */
async function describe() {
  const analyzer = join('node_modules', '@custom-elements-manifest/analyzer/cem.js')
  // One of its plugins ignores `--quiet`.
  const stdio = ['ignore', 'ignore', 'inherit']
  if ((await runNode([analyzer, 'analyze', '--quiet'], { stdio })) !== 0)
    end('The element could not be described.')
}

/** Removes compiled files whose source is gone; the compiler itself never does. */
function removeOrphans(output, source) {
  if (!existsSync(output)) return
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const stem = /^(.*?)(?:\.d\.ts|\.js)$/.exec(path)?.[1]
    if (stem && !existsSync(`${stem.replace(output, source)}.ts`)) rmSync(path)
  }
}

/** @returns where the copies are */
function copyMatching(folder, pattern) {
  const names = readdirSync(join(root, folder)).filter((name) => pattern.test(name))
  return names.map((name) => {
    const copy = join(root, 'dist', folder, name)
    cpSync(join(root, folder, name), copy)
    return copy
  })
}

function report() {
  const script = readFileSync(join(root, 'dist/script/otp-verify.js'))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  say(`Built dist/ in ${seconds} s: the contract, the element, the server, the demo and the simulation.`)
  say(
    `dist/script/otp-verify.js: ${kilobytes(script)}, gzip ${kilobytes(gzipSync(script, { level: 9 }))}, ` +
      `brotli ${kilobytes(brotliCompressSync(script))}.`,
  )
}

function kilobytes(bytes) {
  return `${(bytes.length / 1000).toFixed(1)} kB`
}
