import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/**
 * Every collection of the server that outlives the call which makes it, and what bounds it. Whatever has an entry for
 * each number, address, handle or key that somebody sends belongs into the store.
 */
const BOUNDED: Record<string, string> = {
  'server/alerts/provider.ts refused': 'five numbers',
  'server/alerts/watch.ts dry': 'ten thousand ranges',
  'server/alerts/watch.ts looked': 'the sites, and twice the countries of each',
  'server/alerts/webhook.ts underWay': 'twenty alerts',
  'server/challenge/hosted.ts TOKEN_ERRORS': 'constant',
  'server/assembly/assemble.ts undo': 'a step for each part of the server',
  'server/cli/env-file.ts missing': 'the variables of one command',
  'server/cli/examine-infobip.ts without a name': 'the notes of one command',
  'server/http/listen.ts underWay': 'the connections',
  'server/http/listen.ts without a name': 'ten requests in work of one connection',
  'server/assembly/operator-page.ts without a name': 'the files of the page',
  'server/cli/override-scope.ts longer': 'what one command names',
  'server/cli/override-scope.ts without a name, 2 times': 'the number types, and what one command names',
  'server/cli/setup-messages.ts ours': 'the languages of one command',
  'server/cli/setup-messages.ts without a name, 2 times': 'the languages or templates of one command',
  'server/cli/setup-templates.ts idOf': 'the templates of the configuration',
  'server/cli/setup.ts wrong': 'the settings of one application',
  'server/cli/shadow-report.ts lost': 'the numbers of one log; a command that ends with it',
  'server/cli/shadow-report.ts without a name, 5 times':
    'the sites and rules of one log; a command that ends with it',
  'server/cli/why.ts without a name': 'the numbers of one day of a log; a command that ends with it',
  'server/config/calls.ts voiceCountries': 'the countries of the configuration',
  'server/config/config.ts without a name': 'the sites',
  'server/config/issues.ts known': 'the mistakes of one configuration',
  'server/config/mistakes.ts found': 'the origins of one site of the configuration',
  'server/config/repeated-members.ts repeated': 'the members of one configuration file',
  'server/config/repeated-members.ts seen': 'the members of one configuration file',
  'server/config/secrets.ts without a name, 3 times': 'the secrets of one configuration',
  'server/config/site-schema.ts known': 'constant',
  'server/config/sites.ts named': 'the countries of the configuration',
  'server/config/sites.ts calls': 'the countries of the configuration',
  'server/config/sites.ts without a name, 3 times':
    'the countries, number types and actions of the configuration',
  'server/config/sources.ts names': 'the variables, while they are read',
  'server/guard/conversion.ts known': 'the sites',
  'server/guard/flood.ts floods': 'ten thousand accounts',
  'server/guard/guessing.ts found': 'the sites',
  'server/guard/refused-callers.ts until': 'ten thousand callers',
  'server/guard/refused-callers.ts uncounted': 'ten thousand callers',
  'server/guard/standing.ts questions': 'the calls in work',
  'server/guard/names.ts remembered': 'a thousand names',
  'server/http/cross-origin.ts known': 'the origins of the configuration',
  'server/strict-json.ts PROTOTYPE_NAMES': 'constant',
  'server/strict-json.ts namesByLevel': 'one body of at most 4 kB',
  'server/strict-json.ts without a name': 'one body of at most 4 kB',
  'server/http/public-routes.ts configs': 'the sites',
  'server/http/public-routes.ts plans': 'the sites, and the calling codes of the countries that they serve',
  'server/http/widget-routes.ts sentences': 'the languages',
  'server/message/lint-template.ts fillings': 'the placeholders of one template',
  'server/message/lint-template.ts unfilled': 'the placeholders of one template',
  'server/message/lint-template.ts weaknesses': 'what can be wrong with one template',
  'server/message/segments.ts BASIC': 'constant',
  'server/message/segments.ts EXTENSION': 'constant',
  'server/message/segments.ts without a name': 'the characters of one template',
  'server/observe/day.ts alerts': 'the newest fifty',
  'server/observe/day.ts rings': 'a ring for each site, country and reason, of five minutes each over a day',
  'server/observe/trace.ts steps': 'the methods named',
  'server/observe/foreign-origins.ts written': 'the sites',
  'server/observe/log.ts MEMBERS': 'constant',
  'server/operator/page/main.ts charts': 'the charts of the page, in a browser',
  'server/provider/infobip/answers.ts THROTTLED': 'constant',
  'server/loopback.ts LOOPBACK_HOSTS': 'constant',
  'server/provider/infobip/check-outcome.ts NEVER_LOOKED_AT': 'constant',
  'server/provider/infobip/delivery-reports.ts OUTCOMES': 'constant',
  'server/provider/infobip/review-application.ts named': 'the settings of one application',
  'server/provider/infobip/send-outcome.ts NOT_REACHABLE': 'constant',
  'server/provider/infobip/templates.ts byTag': 'the templates of the configuration',
  'server/provider/infobip/templates.ts byWriting': 'the templates of the configuration',
  'server/provider/infobip/transport.ts parts': '64 KiB of one answer',
  'server/sandbox/faults.ts #armed': 'what a test arms',
  'server/sandbox/inbox.ts #listeners': 'the pages that show the phone',
  'server/sandbox/inbox.ts #messages': 'the newest only',
  'server/sandbox/request-log.ts #requests': 'the newest only',
  'server/site/site.ts without a name': 'the countries of the configuration',
  'server/store/book.ts looked': 'the marks of one call',
  'server/store/expiring-map.ts #entries': 'its capacity, and the bytes of its room',
  'server/store/expiring-map.ts #maps': 'the kinds of things that a store keeps',
  'server/store/memory.ts without a name': 'the answer of one call',
  'server/store/redis/charges.ts keys': 'the charges of sixteen calls',
  'server/store/redis/charges.ts known': 'the charges of one call',
  'server/store/redis/charges.ts lists': 'the charges of one call',
  'server/store/redis/charges.ts marks': 'the charges of one call',
  'server/store/redis/charges.ts terms': 'sixteen calls',
  'server/store/redis/charges.ts without a name': 'the charges of one call',
  'server/store/redis/redis.ts seen': 'the places of one walk through them, 262,144 at most',
  'server/store/redis/redis.ts without a name, 2 times': 'the answer of one call',
  'server/store/sqlite/book-keys.ts without a name, 2 times': 'the marks of one call',
  'server/store/sqlite/known-entries.ts known': 'two thousand verifications, and those of one transaction',
  'server/store/sqlite/book.ts without a name': 'the accounts of one call',
  'server/store/sqlite/file.ts deferred': 'the ledgers of the program',
  'server/store/sqlite/file.ts statements': 'the statements of the program',
  'server/store/sqlite/turns.ts waiting': 'the calls in work',
  'server/store/sqlite/keys.ts without a name': 'the answer of one call',
  'server/store/sqlite/ledger.ts changed': 'the keys of the calls of one transaction',
  'server/store/sqlite/ledger.ts known': 'ten thousand keys, and those of one transaction',
  'server/store/sqlite/ledger.ts own': 'the keys of one call',
  'server/token/key-ring.ts revoked': 'the keys that were revoked while the server runs',
  'server/token/key-set.ts without a name': 'the keys of one file',
  'server/token/replay.ts without a name, 2 times': 'its capacity',
  'server/verification/idempotency.ts underWay': 'the calls in work',
  'server/phone-number/phone-number.ts DEFAULT_NUMBER_TYPES': 'constant',
  'server/phone-number/usual-length.ts usual': 'the calling codes',
  'server/phone-number/usual-length.ts without a name, 2 times': 'constant',
}

/** The name under which an expression is kept, or nothing when it is not kept by a name at all. */
function keeper(made: ts.Node): ts.VariableDeclaration | ts.PropertyDeclaration | undefined {
  let node = made.parent
  while (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) node = node.parent
  return ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) ? node : undefined
}

function functionAround(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(node.parent, ts.isFunctionLike)
}

/** Whether a function within the one that declares the variable, which may outlive it, uses it. */
function isCaptured({ name }: ts.VariableDeclaration, home: ts.Node): boolean {
  let captured = false
  ts.forEachChild(home, function look(node) {
    if (ts.isIdentifier(node) && ts.isIdentifier(name) && node.text === name.text)
      captured ||= functionAround(node) !== home
    ts.forEachChild(node, look)
  })
  return captured
}

/** The collections of a source file that outlive the call which makes them. */
function keptCollections(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const kept: string[] = []
  ts.forEachChild(tree, function look(node) {
    const isCollection = ts.isNewExpression(node) && /^(Map|Set)$/.test(node.expression.getText())
    const isEmptyArray = ts.isArrayLiteralExpression(node) && node.elements.length === 0
    if (isCollection || isEmptyArray) {
      const owner = keeper(node)
      const home = functionAround(node)
      const outlives = owner
        ? ts.isPropertyDeclaration(owner) || !home || isCaptured(owner, home)
        : isCollection
      if (outlives) kept.push(`${file} ${owner?.name.getText() ?? 'without a name'}`)
    }
    ts.forEachChild(node, look)
  })
  return kept
}

/** Each once, with how many there are of more than one: a second of the same name may be bounded by nothing. */
function counted(kept: readonly string[]): string[] {
  return [...new Set(kept)].map((name) => {
    const times = kept.filter((one) => one === name).length
    return times === 1 ? name : `${name}, ${times} times`
  })
}

function productFiles(): string[] {
  return readdirSync(join(ROOT, 'server'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('/test/'))
}

it('keeps nothing in a collection that nothing bounds (SR-D21)', () => {
  const kept = productFiles().flatMap((file) => keptCollections(file, readFileSync(join(ROOT, file), 'utf8')))
  expect(counted(kept).sort()).toEqual(Object.keys(BOUNDED).sort())
})

it.each([
  ['const seen = new Map()', 'x.ts seen'],
  ['class A { readonly #seen = new Set<string>() }', 'x.ts #seen'],
  ['function make() { const seen = new Set(); return { add: (key) => seen.add(key) } }', 'x.ts seen'],
  ['function make() { const seen: string[] = []; return () => seen.push("") }', 'x.ts seen'],
  ['export const make = () => ({ seen: new Map() })', 'x.ts without a name'],
  [
    'function make() { const seen = new Map<string, 1>() as Seen; function add() { seen.set("", 1) } }',
    'x.ts seen',
  ],
])('would find it in: %s', (source, found) => {
  expect(keptCollections('x.ts', source)).toEqual([found])
})

it('does not mind what ends with the call that makes it', () => {
  const source =
    'function f(all) { const seen = new Set(); for (const one of all) seen.add(one); return seen.size }'
  expect(keptCollections('x.ts', source)).toEqual([])
})

it('counts those of the same name', () => {
  const twice = 'class A { seen = new Map() }\nclass B { seen = new Map() }'
  expect(counted(keptCollections('x.ts', twice))).toEqual(['x.ts seen, 2 times'])
})
