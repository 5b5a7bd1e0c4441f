import { chmodSync, cpSync } from 'node:fs'
import { basename, join } from 'node:path'
import { licensesBeside } from './licenses.mjs'
import { root } from './processes.mjs'

const FOLDER = 'dist/bin'

/** Compiled per platform, so it cannot be bundled. */
const NATIVE = ['libsql']

/** Of undici the one part that is used: the whole of it is half as large as everything else together. */
const poolOfUndici = {
  name: 'otp-verify-undici-pool',
  enforce: 'pre',
  resolveId: (source) => (source === 'undici' ? '\0undici-pool' : undefined),
  load: (id) =>
    id === '\0undici-pool' ? `export { default as Pool } from 'undici/lib/dispatcher/pool.js'` : undefined,
}

/**
 * What several commands have of ours goes into one file, and not into one for each set of commands that share it; except
 * what a server begins without.
 */
const isOurs = /dist\/(?:contract|server(?!\/(?:message|provider|sandbox|store\/redis)\/))\//

/**
 * Bundles the executable, which the compiler has written as hundreds of modules, with the packages it uses, which are
 * hundreds more: to find and read each of them is most of what a start costs. A program that mounts the server gets the
 * modules. What is imported where it is wanted stays in a file of its own.
 *
 * @param beside files that the server reads from where its modules are.
 */
export async function buildExecutable(beside) {
  const { build } = await import('vite')
  await build({
    ...{ root, configFile: false, logLevel: 'warn', publicDir: false },
    plugins: [poolOfUndici, licensesBeside()],
    ssr: { noExternal: true, external: NATIVE },
    build: {
      ...{ ssr: true, outDir: FOLDER, target: 'node20', minify: false },
      rolldownOptions: {
        input: { 'otp-verify': join(root, 'dist/server/main.js') },
        output: {
          ...{ entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false },
          // Removing whitespace makes startup a tenth faster; names stay for stack traces.
          minify: { compress: false, mangle: false, codegen: true },
          codeSplitting: { groups: [{ name: 'shared', test: isOurs, minShareCount: 2 }] },
        },
      },
    },
  })
  for (const file of beside) cpSync(file, join(root, FOLDER, basename(file)))
  chmodSync(join(root, FOLDER, 'otp-verify.js'), 0o755)
}
