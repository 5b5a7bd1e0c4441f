import { writeFileSync } from 'node:fs'
import { defaultReporter, startTestRunner } from '@web/test-runner'
import config from '../web-test-runner.config.mjs'

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
      const brokenFiles = sessions.filter(
        (session) => !session.passed && testsOf(session.testResults).every(isFine),
      )
      const skipped = tests.filter((test) => test.skipped).length
      const failed = tests.filter((test) => !isFine(test)).length
      const counts = { passed: tests.length - skipped - failed, failed: failed + brokenFiles.length, skipped }
      const engines = [...new Set(sessions.map(({ browser }) => browser.name))]
      writeFileSync(countsFile, JSON.stringify({ ...counts, where: engines.join(', ') }))
    },
  }
}

function testsOf(suite) {
  return suite ? [...suite.tests, ...suite.suites.flatMap(testsOf)] : []
}

function isFine(test) {
  return test.passed || test.skipped
}
