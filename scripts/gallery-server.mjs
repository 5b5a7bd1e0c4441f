import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vite'
import { root } from './processes.mjs'

/**
 * Serves the gallery from its sources, so that a change of the element's looks shows at once.
 *
 * @param port 0 takes a free one.
 * @returns its address and how to stop it.
 */
export async function serveGallery({ port, watch }) {
  const server = await createServer({
    configFile: false,
    root: join(root, 'demo/gallery'),
    cacheDir: join(root, 'data/vite'),
    logLevel: 'warn',
    // Lit's development build writes to the console.
    resolve: { conditions: ['browser', 'module', 'production'] },
    // The only package is Lit, which browsers load as it is.
    optimizeDeps: { noDiscovery: true },
    server: {
      host: '127.0.0.1',
      port: port || undefined,
      strictPort: port !== 0,
      hmr: watch,
      watch: watch ? {} : null,
      fs: { allow: [root, realpathSync(join(root, 'node_modules'))] },
    },
  })
  await server.listen(port)
  const { port: actual } = server.httpServer.address()
  return { address: `http://localhost:${actual}`, stop: () => server.close() }
}
