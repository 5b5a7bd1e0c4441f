import './node-version.mjs'
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { root, runNpm, say } from './processes.mjs'
import { end } from './setup.mjs'

// npm can leave out what is for development only, but then also leaves out what is a peer of anything. So it is asked about a
// package that has no such dependencies, under the same lock.
const [file = 'dist/sbom.cdx.json'] = process.argv.slice(2)
const output = resolve(root, file)
const temporary = mkdtempSync(join(tmpdir(), 'otp-verify-sbom-'))
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))
const folder = join(temporary, 'otp-verify')
mkdirSync(folder)
mkdirSync(dirname(output), { recursive: true })
for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(folder, name))

await npm(['pkg', 'delete', 'devDependencies', 'peerDependencies', 'peerDependenciesMeta'])
await npm(['install', '--package-lock-only', '--offline', '--ignore-scripts', '--silent'])
const target = openSync(output, 'w')
await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], target)
closeSync(target)
say(`${file} names every package that the server and the element are made of.`)

async function npm(args, stdout = 'ignore') {
  if ((await runNpm(args, { cwd: folder, stdio: ['ignore', stdout, 'inherit'] })) !== 0)
    end(`npm ${args[0]} failed; its own words are above.`)
}
