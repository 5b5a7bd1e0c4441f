import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build, type Rolldown } from 'vite'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { json, listen } from './test/listener.js'
import { AUDIENCE, issued, NONCE, NOW, NUMBER, testKeys } from './test/tokens.js'
import type * as Verify from './verify.js'

const ENTRY = fileURLToPath(new URL('../../dist/server/token/verify.js', import.meta.url))

/** What edge runtimes, Deno and Bun have beside the language. Nothing of Node: no process, Buffer, require, global. */
const WEB_GLOBALS = {
  ...{ AbortController, AbortSignal, Blob, DOMException, Headers, ReadableStream, Request, Response, URL },
  ...{ TextDecoder, TextEncoder, URLSearchParams, atob, btoa, clearTimeout, console, crypto, fetch },
  ...{ performance, setTimeout, structuredClone },
}

let bundle: Rolldown.OutputChunk
/** Files that were looked at, whether or not something of them is in the bundle. */
const read: string[] = []
beforeAll(async () => {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['workerd', 'worker', 'browser', 'module', 'import', 'default'] },
    // Vite would put something empty in the place of a module that only Node has.
    plugins: [
      { name: 'no-node', enforce: 'pre', resolveId: refuseBuiltin, load: (id) => void read.push(id) },
    ],
    build: {
      write: false,
      minify: false,
      lib: { entry: ENTRY, formats: ['iife'], name: 'otpVerify' },
    },
  })) as Rolldown.RolldownOutput[]
  bundle = built[0]!.output[0]
})

function refuseBuiltin(source: string): void {
  if (isBuiltin(source)) throw new Error(`The verifier imports ${source}.`)
}

describe('the built verifier, bundled for an edge runtime', () => {
  it('consists of its own modules, former spellings without their plans, loopback hosts, the contract and jose', () => {
    const files = ['dist/server/loopback.js', 'dist/server/phone-number/former-spellings.js']
    const places = bundle.moduleIds.map(
      (id) =>
        files.find((file) => id.endsWith(`/${file}`)) ??
        /\/(dist\/server\/token|dist\/contract|node_modules\/\w+)\//.exec(id)?.[1],
    )
    const expected = ['dist/contract', 'dist/server/token', ...files, 'node_modules/jose'].sort()
    expect([...new Set(places)].sort()).toEqual(expected)
    expect(bundle.imports).toEqual([])
    // Of jose only what it uses: Next.js warns of what edge middleware may not use wherever it is imported.
    expect(read.filter((id) => /jwe|deflate/.test(id))).toEqual([])
  })

  it('names nothing that only Node has', () => {
    const ofNode = /\b(Buffer|process|require|__dirname|__filename|setImmediate)\b\s*[.(]|\bglobal\.|\bnode:/
    expect(ofNode.exec(bundle.code)?.[0]).toBeUndefined()
  })

  it('believes and refuses tokens where there are only the globals of the web', async () => {
    const keys = await testKeys()
    const issuer = await listen(json(keys.published))
    onTestFinished(issuer.close)
    const context = createContext({ ...WEB_GLOBALS })
    expect(runInContext('typeof process + typeof Buffer + typeof require + typeof global', context)).toBe(
      'undefined'.repeat(4),
    )
    runInContext(`${bundle.code}\nglobalThis.otpVerify = otpVerify`, context)
    const { createVerifier, memoryReplayStore } = context['otpVerify'] as typeof Verify
    const verifier = createVerifier({
      issuer: issuer.url,
      audience: AUDIENCE,
      replayStore: memoryReplayStore({ now: () => NOW }),
      now: () => NOW,
    })
    const token = await issued(keys, { issuer: issuer.url })
    await expect(verifier.verify(token, { nonce: 'session-nonce-of-another' })).rejects.toMatchObject({
      name: 'TokenError',
      code: 'nonce_mismatch',
    })
    expect((await verifier.verify(token, { nonce: NONCE })).phone_number).toBe(NUMBER)
    await expect(verifier.verify(token, { nonce: NONCE })).rejects.toMatchObject({ code: 'token_used' })
    await expect(verifier.verify(token.slice(0, -2), { nonce: NONCE })).rejects.toMatchObject({
      code: 'token_forged',
    })
  })
})
