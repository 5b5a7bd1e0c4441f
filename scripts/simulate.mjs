import { join } from 'node:path'
import { root, runNode } from './processes.mjs'

// What is said while it is built goes to standard error: standard output is for the figures.
const unready = await runNode(['scripts/ready.mjs'], { stdio: ['inherit', process.stderr, 'inherit'] })
const simulation = [join(root, 'dist/bench/simulate/main.js'), ...process.argv.slice(2)]
process.exitCode = unready || (await runNode(simulation, { cwd: process.env['INIT_CWD'] ?? process.cwd() }))
