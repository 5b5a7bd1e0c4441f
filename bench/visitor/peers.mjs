import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, URL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'vite'

const folder = fileURLToPath(new URL('../peers/', import.meta.url))
const require = createRequire(`${folder}package.json`)

/** A script of a folder of ours, with all that it imports, as a site would ship it: for production, minified. */
async function bundled(entry) {
  const [{ output }] = await build({
    ...{ root: folder, configFile: false, logLevel: 'error', mode: 'production' },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      ...{ write: false, target: 'es2022', minify: true },
      lib: { entry: `${folder}${entry}`, formats: ['iife'], name: 'field', fileName: () => entry },
    },
  })
  return output[0].code
}

/**
 * What others put on a page, by path: each as their own documentation says, minified and in brotli.
 *
 * @throws Error when they are not installed
 */
export async function peerFiles() {
  const altcha = require.resolve('altcha').replace(/[^/]+$/, 'altcha.min.js')
  const style = readFileSync(require.resolve('react-phone-number-input/style.css'))
  const text = {
    '/altcha.js': readFileSync(altcha),
    '/lit-field.js': await bundled('lit-field.js'),
    '/react-field.js': await bundled('react-field.js'),
    '/react-field.css': style,
  }
  return Object.fromEntries(Object.entries(text).map(([path, body]) => [path, brotliCompressSync(body)]))
}
