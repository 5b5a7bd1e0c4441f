// What the script weighs, in bytes of brotli: `node bench/script-weight.mjs` after a build. Beside it what others ask a
// visitor for: each is built here from its package on npm, by the same bundler, without the page around it. Then what the
// script is made of: what each part adds to all others. `--json` prints the figures for programs. Exits with 1 above `LIMIT`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { minify } from 'terser'
import { build } from 'vite'
import { mangled } from '../scripts/mangled-names.mjs'
import { installPeers } from './peers/install.mjs'

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const LIMIT = 16_000
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PEERS = join(ROOT, 'bench/peers')

/** What a page of each imports, and where from. Styles count where they come in a file of their own. */
const OTHERS = {
  'Lit alone': { root: ROOT, source: `export { LitElement, css, html } from 'lit'` },
  'the client of better-auth, which shows nothing': {
    source: `import { createAuthClient } from 'better-auth/client'
      import { phoneNumberClient } from 'better-auth/client/plugins'
      globalThis.client = createAuthClient({ plugins: [phoneNumberClient()] })`,
  },
  'the phone sign-in of Firebase, which shows nothing': {
    source: `import { initializeApp } from '@firebase/app'
      import { initializeAuth, RecaptchaVerifier, signInWithPhoneNumber } from '@firebase/auth'
      globalThis.signIn = { initializeApp, initializeAuth, RecaptchaVerifier, signInWithPhoneNumber }`,
  },
  'ALTCHA, a challenge without phone entry': { source: `import 'altcha'` },
  'intl-tel-input with its rules, the field alone': {
    source: `import input from 'intl-tel-input/intlTelInputWithUtils'
      globalThis.input = input`,
    styles: 'intl-tel-input/dist/css/intlTelInput.min.css',
  },
  'react-phone-number-input with React, the field alone': {
    source: `import { createElement } from 'react'
      import { createRoot } from 'react-dom/client'
      import PhoneInput from 'react-phone-number-input'
      createRoot(document.body).render(createElement(PhoneInput, {}))`,
    styles: 'react-phone-number-input/style.css',
  },
}

/** The parts of the script, each by what is in the names of its modules; a module is in the first that it fits. */
const PARTS = {
  Lit: ['node_modules/', '\0'],
  styles: ['widget/styles/'],
  'English, and the way to other languages': ['widget/locales/', 'widget/controllers/page-l'],
  'number and country': [
    'widget/controllers/country',
    'widget/controllers/number',
    'widget/country',
    'widget/group-edit',
    'widget/numbering',
    'widget/render/countries',
    'widget/render/phone',
  ],
  'code, autofill': [
    'widget/code-edit',
    'widget/controllers/code',
    'widget/controllers/web-otp',
    'widget/render/code',
  ],
  challenges: ['widget/challenge/'],
  'flow, calls, checks of answers': [
    'contract/',
    'widget/answers',
    'widget/changes',
    'widget/client',
    'widget/countdown',
    'widget/failure',
    'widget/flow',
    'widget/key-proof',
    'widget/random-key',
    'widget/resumed',
    'widget/saved',
    'widget/state',
  ],
  'the element itself': ['widget/'],
}

const weightOf = (text) => brotliCompressSync(text).length

/** A page's script in the form that production serves, as one text. */
async function bundled({ source, root = PEERS }) {
  const entry = join(root, 'entry.js')
  const given = {
    name: 'entry',
    resolveId: (name) => (name === entry ? entry : undefined),
    load: (name) => (name === entry ? source : undefined),
  }
  const [{ output }] = await build({
    ...{ root, configFile: false, logLevel: 'silent', plugins: [given] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, target: 'es2022', lib: { entry, formats: ['es'], fileName: 'entry' } },
  })
  return output.map(({ code, source: asset }) => code ?? asset).join('\n')
}

async function weightOfOther({ styles, ...other }) {
  const script = weightOf(await bundled(other))
  return styles ? script + weightOf(readFileSync(join(PEERS, 'node_modules', styles))) : script
}

/** Our script before it is minified: the texts of its modules in their order, by where they are. */
async function modulesOfScript() {
  const texts = new Map()
  const collect = {
    name: 'collect',
    generateBundle(_options, bundle) {
      for (const { modules = {} } of Object.values(bundle))
        for (const [id, { code }] of Object.entries(modules)) if (code) texts.set(id, code)
    },
  }
  await build({ root: ROOT, logLevel: 'silent', plugins: [collect], build: { write: false } })
  return texts
}

/** What each part adds to all others. The names that join the modules are not all the same. */
async function weightsOfParts() {
  const texts = await modulesOfScript()
  for (const name of Object.values(PARTS).flat())
    if (![...texts.keys()].some((id) => id.includes(name))) throw new Error(`No module is named ${name}.`)
  const partOf = (id) => Object.keys(PARTS).find((part) => PARTS[part].some((name) => id.includes(name)))
  const without = async (part) => {
    const rest = [...texts].flatMap(([id, text]) => (partOf(id) === part ? [] : [text]))
    const { code } = await minify(rest.join('\n'), { mangle: { properties: { regex: mangled() } } })
    return weightOf(code)
  }
  const whole = await without()
  const adds = {}
  for (const part of Object.keys(PARTS)) adds[part] = whole - (await without(part))
  return adds
}

const ours = weightOf(readFileSync(join(ROOT, 'dist/script/otp-verify.js')))
await installPeers()
const others = {}
for (const [name, other] of Object.entries(OTHERS)) others[name] = await weightOfOther(other)
const parts = await weightsOfParts()

if (options.json) console.log(JSON.stringify({ limit: LIMIT, ours, others, parts }))
else {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9)
  console.log(kilobytes(ours), 'otp-verify.js, with Lit, English, all states')
  for (const [part, bytes] of Object.entries(parts)) console.log(kilobytes(bytes), `  ${part}`)
  for (const [name, bytes] of Object.entries(others)) console.log(kilobytes(bytes), name)
  console.log(kilobytes(LIMIT), 'the limit')
}
process.exitCode = ours > LIMIT ? 1 : 0
