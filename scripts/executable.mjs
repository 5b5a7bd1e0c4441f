import { chmodSync, cpSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './processes.mjs'

const FOLDER = 'dist/bin'

/** Compiled for each platform, so that nobody can bundle them. */
const NATIVE = ['libsql']

/**
 * Bundles the executable, which the compiler has written as hundreds of modules, with the packages it uses, which are
 * hundreds more: to find and read each of them is most of what a start costs. Who mounts the server in a program of their
 * own gets the modules. What is imported where it is wanted stays in a file of its own.
 *
 * @param beside files that the server reads from where its modules are.
 */
export async function buildExecutable(beside) {
  const { build } = await import('vite')
  await build({
    ...{ root, configFile: false, logLevel: 'warn', publicDir: false },
    ssr: { noExternal: true, external: NATIVE },
    build: {
      ...{ ssr: true, outDir: FOLDER, target: 'node20', minify: false },
      // The licences of most packages ask to go wherever their code goes.
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        input: { 'otp-verify': join(root, 'dist/server/main.js') },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  })
  for (const file of beside) cpSync(file, join(root, FOLDER, basename(file)))
  chmodSync(join(root, FOLDER, 'otp-verify.js'), 0o755)
}
