import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { esbuildPlugin } from '@web/dev-server-esbuild'
import { chromeLauncher } from '@web/test-runner-chrome'

const DEBIAN_CHROMIUM = '/usr/bin/chromium'
const executablePath = process.env.CHROME_PATH || (existsSync(DEBIAN_CHROMIUM) ? DEBIAN_CHROMIUM : undefined)

export default {
  files: 'widget/**/*.test.ts',
  // Not "development": Lit's development build writes to the console, and the element must not.
  nodeResolve: { exportConditions: ['browser', 'production'] },
  plugins: [
    esbuildPlugin({
      ts: true,
      tsconfig: fileURLToPath(new URL('widget/tsconfig.json', import.meta.url)),
      target: 'es2022',
      // What the build knows of the sentences' files; here there are none.
      define: { LOCALES_PIN: '""' },
    }),
  ],
  browsers: [
    chromeLauncher({
      launchOptions: {
        ...(executablePath ? { executablePath } : {}),
        args: [
          // Chromium refuses to start its sandbox as root, as in most containers.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      },
    }),
  ],
  // Tests press real keys, which only the focused page receives.
  concurrency: 1,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testFramework: { config: { timeout: 20_000 } },
}
