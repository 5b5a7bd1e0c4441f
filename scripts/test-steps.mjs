import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { chosenEngines, FIREFOX, findEngine, WEBKIT } from './engines.mjs'
import { root, runNode } from './processes.mjs'

/** Multi-process tests that do not depend on timing. */
const PATIENT = ['clock.test.ts', 'keys.test.ts']

/** Tests that replace modules, or look at what a process has loaded or holds. */
const APART = [
  'server/assembly/assemble.test.ts',
  'server/http/pipelined.test.ts',
  'server/observe/third-parties.test.ts',
  'server/private-file.test.ts',
  'server/provider/infobip/connections.test.ts',
  'server/provider/infobip/transport.test.ts',
  'server/sandbox/behaviour.test.ts',
  'server/sandbox/listen.test.ts',
  'server/store/expiring-map.test.ts',
  'server/store/redis/eviction.test.ts',
  'server/token/site-secrets.test.ts',
]

/**
 * Tests that prove less, or fail, on a busy machine, and those that are apart: each file has modules of its own.
 */
const ALONE = [
  ...APART,
  ...readdirSync(join(root, 'demo/processes'))
    .filter((name) => name.endsWith('.test.ts') && !PATIENT.includes(name))
    .map((name) => `demo/processes/${name}`),
  'demo/e2e/start.test.ts',
  'server/store/redis/redis-trouble.test.ts',
  'server/store/sqlite/processes.test.ts',
]

/** Long CPU-bound tests, in which nothing waits or times out. */
const COMPUTING = [
  'bench/simulate/credit-bound.test.ts',
  'bench/simulate/simulate.test.ts',
  'server/guard/bound.test.ts',
  'server/guard/enumeration.test.ts',
  'server/token/rotation-soak.test.ts',
  'server/token/verify-fuzz.test.ts',
  'server/verification/sender-constraint-flood.test.ts',
]

/** Files that follow each other share what they load: to load it anew for each took a third of the time. */
const TOGETHER = '--no-isolate'

/** Makes a program give way to whatever else wants the processors. */
const GIVING_WAY = [
  '--import',
  'data:text/javascript,import os from "node:os"; os.setPriority(os.constants.priority.PRIORITY_LOW)',
]

/**
 * The steps of `npm test` in their order. Each resolves with its counts; their temporary files go to `folder`.
 *
 * Counts are numbers of tests `passed`, `failed` and `skipped`; `failures` says of failed ones which and why.
 *
 * `browser` says whether a step cannot run without one (`needed`), or has some tests that use one (`used`); `programs`
 * in the same way tells of programs beside Node, and `engines` of browsers beside that one.
 * `beside` names the step at whose side another one runs.
 */
export function stepsIn(folder) {
  return [
    { name: 'build', title: 'Typecheck and build', run: () => single(['scripts/build.mjs']) },
    // The compiler keeps one processor busy.
    {
      name: 'prettier',
      title: 'Prettier',
      beside: 'build',
      run: () => single([...GIVING_WAY, 'node_modules/prettier/bin/prettier.cjs', '--check', '.']),
    },
    {
      name: 'element-docs',
      title: 'The tables of README.md and docs/element.md',
      run: () => single(['scripts/element-docs.mjs', '--check']),
    },
    {
      name: 'config-docs',
      title: 'The tables of docs/configuration.md and the schema beside it',
      run: () => single(['scripts/config-schema.mjs', '--check']),
    },
    {
      name: 'vitest',
      title: 'Contract, server and demo (vitest)',
      browser: 'used',
      programs: 'used',
      run: () =>
        vitest(join(folder, 'vitest.json'), [
          ...without(['demo/e2e/**', ...ALONE, ...COMPUTING]),
          ...[TOGETHER, '--maxWorkers', '2'],
        ]),
    },
    {
      name: 'processes',
      title: 'Several processes on one store (vitest)',
      programs: 'used',
      run: () => vitest(join(folder, 'processes.json'), [...ALONE, '--no-file-parallelism']),
    },
    // Those processes mostly wait for each other.
    {
      name: 'computing',
      title: 'What computes for long (vitest)',
      beside: 'processes',
      run: () =>
        vitest(join(folder, 'computing.json'), [...COMPUTING, TOGETHER, '--maxWorkers', '1'], GIVING_WAY),
    },
    {
      name: 'eslint',
      title: 'ESLint',
      beside: 'processes',
      run: () => single([...GIVING_WAY, 'node_modules/eslint/bin/eslint.js', '.']),
    },
    {
      name: 'demo-packages',
      title: 'The packages of the demos (npm ci)',
      beside: 'processes',
      run: () => single([...GIVING_WAY, 'scripts/demo-packages.mjs']),
    },
    {
      name: 'widget-cut',
      title: 'The element with Lit as it is in the script, in Chromium (web-test-runner)',
      browser: 'needed',
      beside: 'processes',
      run: () => widget(join(folder, 'widget-cut.json'), { LIT: 'cut', ENGINES: 'chromium' }, GIVING_WAY),
    },
    {
      name: 'widget',
      title: 'The element with Lit as npm has it (web-test-runner)',
      browser: 'needed',
      engines: 'used',
      run: () => widget(join(folder, 'widget.json'), { ENGINES: enginesBesideTheScript().join() }),
    },
    {
      name: 'e2e',
      title: 'What was built, end to end (vitest, playwright)',
      browser: 'needed',
      // Three files at a time: a visit is a chain of waits. Their hooks install and build what is not there yet.
      run: () =>
        vitest(join(folder, 'e2e.json'), [
          ...['demo/e2e', ...without(ALONE)],
          ...[TOGETHER, '--maxWorkers', '3'],
        ]),
    },
  ]
}

/**
 * Where the element runs with Lit as npm has it: where it does not with the script's. Chromium too where that is the only
 * engine, or where ENGINES names it.
 */
function enginesBesideTheScript() {
  const others = [FIREFOX, WEBKIT].filter(findEngine).map(({ engine }) => engine)
  return process.env['ENGINES'] || others.length === 0 ? chosenEngines() : others
}

function without(patterns) {
  return patterns.flatMap((pattern) => ['--exclude', pattern])
}

async function single(args) {
  const passed = (await runNode(args)) === 0
  return { passed: Number(passed), failed: Number(!passed), skipped: 0 }
}

async function vitest(output, args, manner = []) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const exitCode = await runNode([
    ...[...manner, 'node_modules/vitest/vitest.mjs', 'run'],
    ...[...args, ...reporters],
  ])
  const report = readJson(output)
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const failures = report.testResults.flatMap(failuresOf)
  return atLeastOneFailed(exitCode, {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  })
}

/** A file that cannot even be loaded has no failed test, and would otherwise go uncounted. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0 && status === 'failed') return [{ test: file, reason: message }]
  return failed.map(({ fullName, failureMessages }) => ({
    test: `${file}: ${fullName}`,
    reason: failureMessages.join('\n'),
  }))
}

async function widget(output, env, manner = []) {
  const args = [...manner, 'scripts/widget-tests.mjs', output]
  const exitCode = await runNode(args, { env: { ...process.env, ...env } })
  return atLeastOneFailed(exitCode, readJson(output) ?? { passed: 0, failed: 1, skipped: 0 })
}

/** A runner may end badly without any failed test, after an unhandled rejection for example. */
function atLeastOneFailed(exitCode, counts) {
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
