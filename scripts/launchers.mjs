import { chromeLauncher } from '@web/test-runner-chrome'
import { installedBrowser } from './browser.mjs'
import { chosenEngines, FIREFOX, findEngine, WEBKIT } from './engines.mjs'
import { answerOf } from './programs.mjs'
import { WebKitLauncher } from './webkit.mjs'

/** What starts the engines of this machine, each under its name with its version. */
export function launchers() {
  const firefox = findEngine(FIREFOX)
  const webkit = findEngine(WEBKIT)
  return [
    ...(chosenEngines().includes('chromium') ? [chromium()] : []),
    ...(firefox ? [launcherOfFirefox(firefox)] : []),
    ...(webkit ? [new WebKitLauncher()] : []),
  ]
}

function chromium() {
  const executablePath = process.env['CHROME_PATH'] || installedBrowser()
  const launcher = chromeLauncher({
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
  })
  const answer = executablePath && answerOf({ programs: [executablePath], probe: ['--version'] })
  return named(launcher, answer?.said, 'Chromium')
}

/** Firefox speaks WebDriver BiDi with the launcher that is there for Chrome. */
function launcherOfFirefox({ program, said }) {
  const launcher = chromeLauncher({
    launchOptions: {
      browser: 'firefox',
      executablePath: program,
      // The runner cannot emulate that, so it is so from the beginning.
      extraPrefsFirefox: { 'ui.prefersReducedMotion': 1 },
    },
  })
  return named(launcher, said, 'Firefox')
}

/** Names a launcher by what its browser says of itself, such as "Mozilla Firefox 153.7.0esr" or "Chromium 156.0 built on …". */
function named(launcher, said, otherwise) {
  launcher.name = /^(?:Mozilla )?(\D+ [\d.]+\w*)/.exec(said ?? '')?.[1] ?? otherwise
  return launcher
}
