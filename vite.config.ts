import { createHash } from 'node:crypto'
import { minify } from 'terser'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { leanLit } from './scripts/lean-lit.mjs'
import { licensesBeside } from './scripts/licenses.mjs'
import { mangled } from './scripts/mangled-names.mjs'
import { plainDecorators } from './scripts/plain-decorators.mjs'
import { tightTemplates } from './scripts/tight-templates.mjs'

export default defineConfig({
  // The script for script tags: one classic file with Lit inside, and its sentences as data beside it.
  plugins: [
    leanLit(),
    tightTemplates(),
    plainDecorators(),
    shortNames(),
    secondPass(),
    sentences(),
    licensesBeside(),
  ],
  build: {
    target: 'es2022',
    outDir: 'dist/script',
    emptyOutDir: true,
    lib: {
      entry: 'widget/script.ts',
      formats: ['iife'],
      name: 'otpVerify',
      fileName: () => 'otp-verify.js',
    },
    // A second copy does nothing at all: the policy of Trusted Types that Lit makes may not be made twice.
    rolldownOptions: { output: { intro: "if (customElements.get('otp-verify')) return;" } },
  },
  test: {
    include: ['{contract,server,demo,bench}/**/*.test.ts'],
    // They start servers and browsers, on machines that have other things to do too: these end what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
})

/** Gives members that nobody outside knows of shorter names in the script. */
function shortNames(): Plugin {
  return {
    name: 'otp-verify-short-names',
    apply: 'build',
    config: () => ({
      build: { rolldownOptions: { output: { minify: { mangleProps: { include: mangled() } } } } },
    }),
  }
}

/** Minifies the script once more, by another minifier, which finds some two percent that the first has left. */
function secondPass(): Plugin {
  return {
    name: 'otp-verify-second-pass',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue
          // What is compared stays in its order, which packs better.
          const compress = { passes: 2, lhs_constants: false }
          // Where neither the page nor whoever hosts the script names an encoding, browsers take an older one. Chromium
          // compiles all of it beside the page's thread while it arrives, not each function when it is first called.
          const format = { ascii_only: true, preamble: '//# allFunctionsCalledOnLoad' }
          const { code = chunk.code } = await minify(chunk.code, { ecma: 2020, compress, format })
          chunk.code = code
        }
      },
    },
  }
}

/** Writes the sentences of every language to a file, and tells the script what is in it. Reads what was compiled before. */
function sentences(): Plugin {
  const files = new Map<string, string>()
  return {
    name: 'otp-verify-sentences',
    apply: 'build',
    async config() {
      const compiled = new URL('dist/widget/locales/', import.meta.url).href
      const load = (file: string): Promise<unknown> => import(compiled + file)
      const { TAGS } = (await load('tags.js')) as typeof import('./widget/locales/tags.js')
      const { dataFile } = (await load('data-file.js')) as typeof import('./widget/locales/data-file.js')
      const { importSentences } = (await load('modules.js')) as typeof import('./widget/locales/modules.js')
      const write = (name: string, data: object): string => {
        const text = JSON.stringify(data)
        const pin = `sha256-${createHash('sha256').update(text).digest('base64')}`
        files.set(dataFile(name, pin), text)
        return pin
      }
      const pins: Record<string, string> = {}
      for (const tag of TAGS) pins[tag] = write(tag, await importSentences(tag))
      return { define: { LOCALES_PIN: JSON.stringify(write('list', pins)) } }
    },
    generateBundle() {
      for (const [name, source] of files)
        this.emitFile({ type: 'asset', fileName: `locales/${name}`, source })
    },
  }
}
