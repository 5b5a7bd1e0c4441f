import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, createServer, preview } from 'vite'
import { root } from './processes.mjs'

const folder = join(root, 'demo/gallery')

const CONFIG = {
  configFile: false,
  root: folder,
  logLevel: 'warn',
  // Lit's development build writes to the console.
  resolve: { conditions: ['browser', 'module', 'production'] },
}

/**
 * Serves the gallery from its sources, so that a change of the element's looks shows at once.
 *
 * @returns its address and how to stop it.
 */
export async function serveSources(port) {
  const server = await createServer({
    ...CONFIG,
    cacheDir: join(root, 'data/vite'),
    // The only package is Lit, which browsers load as it is.
    optimizeDeps: { noDiscovery: true },
    server: {
      ...{ host: '127.0.0.1', port, strictPort: true },
      // No more than its pages load: the checkout may have keys and settings.
      fs: {
        allow: ['demo/gallery', 'widget', 'contract', 'node_modules'].map((name) =>
          realpathSync(join(root, name)),
        ),
      },
    },
  })
  await server.listen()
  return { address: `http://localhost:${port}`, stop: () => server.close() }
}

/**
 * Bundles the gallery into a folder of its own and serves that on a free port: nothing changes, and a page is a handful
 * of files.
 *
 * @returns its address and how to stop it.
 */
export async function serveBundle() {
  const outDir = mkdtempSync(join(tmpdir(), 'otp-verify-gallery-'))
  const input = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(folder, name))
  const rolldownOptions = {
    input,
    // What stands in for the network has to be there before the element, which takes it when it loads.
    output: { strictExecutionOrder: true },
    // The package says of its built files, not of its sources, that they do something when they are imported.
    treeshake: false,
  }
  await build({ ...CONFIG, build: { outDir, emptyOutDir: true, target: 'es2022', rolldownOptions } })
  const server = await preview({
    ...CONFIG,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, strictPort: true },
  })
  const { port } = server.httpServer.address()
  return {
    address: `http://localhost:${port}`,
    async stop() {
      await server.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}
