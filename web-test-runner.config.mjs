import { fileURLToPath } from 'node:url'
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { launchers } from './scripts/launchers.mjs'
import { engineCommands } from './scripts/engine-commands.mjs'
import { onThisMachine, testFilesOnly } from './scripts/runner-server.mjs'
import { servedLit } from './scripts/served-lit.mjs'

export default {
  files: 'widget/**/*.test.ts',
  // Not "development": Lit's development build writes to the console, and the element must not.
  nodeResolve: { exportConditions: ['browser', 'production'] },
  middleware: [testFilesOnly],
  plugins: [
    onThisMachine(),
    esbuildPlugin({
      ts: true,
      tsconfig: fileURLToPath(new URL('widget/tsconfig.json', import.meta.url)),
      target: 'es2022',
      // What the build knows of the sentences' files; here there are none.
      define: { LOCALES_PIN: '""' },
    }),
    engineCommands(),
    ...(process.env['LIT'] === 'cut' ? [servedLit()] : []),
  ],
  browsers: launchers(),
  // Tests press real keys, which only the focused page of a browser receives. Each of them has a screen of its own.
  concurrency: 1,
  concurrentBrowsers: 3,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  // A machine with other things to do may take ten times as long; these end what hangs.
  testsFinishTimeout: 600_000,
  testFramework: { config: { timeout: 60_000 } },
}
