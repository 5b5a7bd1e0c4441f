import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { defaultReporter, startTestRunner } from '@web/test-runner'
import config from '../web-test-runner.config.mjs'
import { root } from './processes.mjs'

// The runner's own summary is made for people; this one is counted. Its only argument is the file to write.
const [countsFile] = process.argv.slice(2)

await startTestRunner({
  config: { ...config, reporters: [defaultReporter(), countingReporter()] },
  readCliArgs: false,
  readFileConfig: false,
})

function countingReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const tests = sessions.flatMap((session) => testsOf(session.testResults))
      const failures = sessions.flatMap(failuresOf)
      const skipped = tests.filter((test) => test.skipped).length
      const counts = { passed: tests.filter(isFine).length - skipped, failed: failures.length, skipped }
      const engines = [...new Set(sessions.map(({ browser }) => browser.name))]
      writeFileSync(countsFile, JSON.stringify({ ...counts, failures, where: engines.join(', ') }))
    },
  }
}

/** A file may also fail as a whole, where all of its tests passed or none was run. */
function failuresOf({ passed, testFile, browser, testResults, errors }) {
  const file = `${relative(root, testFile)} in ${browser.name}`
  const failed = testsOf(testResults).filter((test) => !isFine(test))
  if (failed.length === 0 && !passed)
    return [{ test: file, reason: errors.map(({ message }) => message).join('\n') }]
  return failed.map(({ name, error }) => ({ test: `${file}: ${name}`, reason: error?.message ?? '' }))
}

function testsOf(suite) {
  return suite ? [...suite.tests, ...suite.suites.flatMap(testsOf)] : []
}

function isFine(test) {
  return test.passed || test.skipped
}
