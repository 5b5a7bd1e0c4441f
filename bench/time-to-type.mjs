// What a visitor waits for until they can type, on a phone 4 times slower than this machine and on slow 4G, with an empty
// cache: `node bench/time-to-type.mjs` after a build, with a Chromium.
// Ours is served by our own server, as the README says, for a site of ten countries and for one of all, and with an input that
// the page brings along, as docs/looks.md says. Beside it a field
// that Lit draws and nothing else; ALTCHA's widget, which has no field, until its box can be ticked; and the field of
// react-phone-number-input. All of them in brotli with the same headers, from another origin than the page, in turns.
// `--rounds N` takes more of them, `--json` prints the figures for programs. Exits with 1 beyond a limit.
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { URL } from 'node:url'
import { parseArgs } from 'node:util'
import { launchBrowser } from '../dist/demo/e2e/visit.js'
import { servedCountries } from '../dist/server/phone-number/phone-number.js'
import { inTurns, median, rounded, timesOf } from './medians.mjs'
import { installPeers } from './peers/install.mjs'
import { peerFiles } from './visitor/peers.mjs'
import { headersOfOurs, startFiles, startOurs } from './visitor/servers.mjs'
import { visit } from './visitor/visit.mjs'

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '11' }, json: { type: 'boolean', default: false } },
})
const TEN = ['AT', 'CH', 'DE', 'ES', 'FR', 'GB', 'HR', 'IT', 'PL', 'US']

await installPeers()
const files = await peerFiles()
const pages = await startFiles((path) => {
  const markup = MARKUP[path.slice(1)]
  const headers = { 'Content-Type': 'text/html; charset=utf-8' }
  return markup && { headers, body: Buffer.from(pageWith(markup)) }
})
const origin = `http://127.0.0.1:${pages.port}`
const ours = await startOurs(origin, { ten: TEN, all: [...servedCountries()] })
const headers = await headersOfOurs(ours.address)
const peers = await startFiles((path) => {
  const type = { 'Content-Type': path.endsWith('.css') ? 'text/css' : 'text/javascript' }
  return files[path] && { headers: { ...headers, ...type }, body: files[path] }
})
const theirs = `http://localhost:${peers.port}`

/** What a host writes so that nothing moves, as docs/looks.md has it. */
const [, place] = /```css\n(otp-verify:not[^`]+)```/.exec(
  readFileSync(new URL('../docs/looks.md', import.meta.url), 'utf8'),
)
const SCRIPT = `<style>${place}</style><script src="${ours.address}/otp-verify.js" defer></script>`
const MARKUP = {
  lit: [`<script src="${theirs}/lit-field.js" defer></script>`, '<lit-field></lit-field>'],
  ten: [SCRIPT, '<otp-verify sitekey="ten" required></otp-verify>'],
  all: [SCRIPT, '<otp-verify sitekey="all" required></otp-verify>'],
  own: [
    SCRIPT,
    '<otp-verify sitekey="ten" required><input slot="phone" type="tel" autocomplete="tel"></otp-verify>',
  ],
  altcha: [
    `<script async defer src="${theirs}/altcha.js" type="module"></script>`,
    '<altcha-widget challenge="/challenge"></altcha-widget>',
  ],
  react: [
    `<link rel="stylesheet" href="${theirs}/react-field.css"><script src="${theirs}/react-field.js" defer></script>`,
    '<div id="react-field"></div>',
  ],
}

function pageWith([head, element]) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign up</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${head}
    <h1>Sign up</h1><form method="post" action="/signup"><p><label>Name <input name="name"></label></p>
    ${element}<button>Sign up</button></form><p>By signing up you agree to our terms.</p>`
}

const TEL = { field: 'input[type=tel]', typed: '5' }
const FIELDS = {
  'a field drawn by Lit': { path: 'lit', host: 'lit-field', ...TEL },
  'ours, ten countries': { path: 'ten', host: 'otp-verify', ...TEL },
  'ours, all countries': { path: 'all', host: 'otp-verify', ...TEL },
  'ours, an input of the page': { path: 'own', host: 'otp-verify', ...TEL },
  ALTCHA: { path: 'altcha', host: 'altcha-widget', field: 'input[type=checkbox]', typed: ' ' },
  'react-phone-number-input': { path: 'react', host: '#react-field', ...TEL },
}

const [FLOOR, TEN_COUNTRIES, ALL_COUNTRIES, , ALTCHA] = Object.keys(FIELDS)

const browser = await launchBrowser()
let rounds
try {
  const visits = Object.entries(FIELDS).map(([name, { path, ...field }]) => [
    name,
    () => visit(browser, { ...field, address: `${origin}/${path}` }),
  ])
  rounds = await inTurns(Object.fromEntries(visits), Number(options.rounds))
} finally {
  await browser.close()
  await ours.stop()
  peers.stop()
  pages.stop()
}

const of = (name, figure) => rounds[name].map((visited) => visited[figure])
const middle = (name, figure, digits = 0) => rounded(median(of(name, figure)), digits)
const figures = Object.keys(FIELDS).map((name) => ({
  ...{ name, usable: middle(name, 'usable'), longest: middle(name, 'longest') },
  ...{ script: middle(name, 'script'), thread: middle(name, 'thread') },
  ...{ shift: middle(name, 'shift', 4), requests: middle(name, 'requests'), bytes: middle(name, 'bytes') },
}))
const times = (one, other) => rounded(timesOf(of(one, 'usable'), of(other, 'usable')), 2)
const shift = Math.max(...of(TEN_COUNTRIES, 'shift'), ...of(ALL_COUNTRIES, 'shift'))
/** What is to be, what it is, and whether it is. */
const limits = [
  ['ours takes at most 1.2 times as long as the floor', times(TEN_COUNTRIES, FLOOR), (is) => is <= 1.2],
  ['ALTCHA takes at least 1.2 times as long as ours', times(ALTCHA, TEN_COUNTRIES), (is) => is >= 1.2],
  [
    'all countries take at most 1.1 times as long as ten',
    times(ALL_COUNTRIES, TEN_COUNTRIES),
    (is) => is <= 1.1,
  ],
  ['nothing moves when ours arrives', shift, (is) => is === 0],
  // A busy machine makes long tasks of anybody's.
  [
    'ours has no task over 50 ms, unless the floor has one as long',
    middle(TEN_COUNTRIES, 'longest'),
    (is) => is <= Math.max(50, middle(FLOOR, 'longest')),
  ],
].map(([limit, is, holds]) => ({ limit, is, holds: holds(is) }))
if (options.json) console.log(JSON.stringify({ figures, limits }))
else {
  console.log(
    'Milliseconds until the field can be used, and of the longest task; of CPU in scripts and in all.',
  )
  console.table(figures)
  for (const { limit, is, holds } of limits) console.log(`${holds ? 'yes' : 'NO '} ${limit}: ${is}`)
}
process.exitCode = limits.every(({ holds }) => holds) ? 0 : 1
