import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasDebianPackages, installDebianPackages } from './debian.mjs'
import { placesOnPath, root, runNode, say } from './processes.mjs'

const NAMES = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser', 'chrome']

const USUAL_PLACES = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .flatMap((variable) => process.env[variable] ?? [])
    .flatMap((base) => [
      join(base, 'Google/Chrome/Application/chrome.exe'),
      join(base, 'Chromium/Application/chrome.exe'),
      join(base, 'Microsoft/Edge/Application/msedge.exe'),
    ]),
}

/**
 * Finds a Chrome or Chromium, or installs one.
 *
 * Looks at CHROME_PATH, then at what is installed, then asks Debian's package manager (as root only), then downloads
 * Playwright's own.
 *
 * @returns `{ path }` of its executable; `{ reason }`, a sentence, when there is none in the end
 */
export async function provideBrowser() {
  const chosen = process.env['CHROME_PATH']
  if (chosen)
    return works(chosen)
      ? { path: chosen }
      : { reason: `CHROME_PATH is ${chosen}, which is no working browser.` }
  const path = installedBrowser() ?? (await fromDebian()) ?? (await fromPlaywright())
  return path ? { path } : { reason: ADVICE }
}

const ADVICE = 'No Chrome or Chromium could be found or installed. Install one, or name it with CHROME_PATH.'

/** The path of a Chrome or Chromium that is installed; `undefined` when none is. */
export function installedBrowser() {
  return [...placesOnPath(NAMES), ...(USUAL_PLACES[process.platform] ?? [])].find(works)
}

/** Ubuntu leaves a script named chromium-browser that only asks for a snap, so being there is not enough. */
function works(path) {
  if (!existsSync(path)) return false
  // On Windows `--version` would open a window instead of answering.
  if (process.platform === 'win32') return true
  try {
    return /\d+\.\d+/.test(
      execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe', timeout: 20_000 }),
    )
  } catch {
    return false
  }
}

async function fromDebian() {
  if (!hasDebianPackages()) return undefined
  await installDebianPackages(['chromium'])
  return installedBrowser()
}

async function fromPlaywright() {
  const { chromium } = await import('playwright-core')
  if (!works(chromium.executablePath())) {
    say("Downloading Playwright's Chromium …")
    const isRoot = process.platform === 'linux' && process.getuid() === 0
    await runNode([
      join(root, 'node_modules/playwright-core/cli.js'),
      'install',
      ...(isRoot ? ['--with-deps'] : []),
      '--no-shell',
      'chromium',
    ])
  }
  return works(chromium.executablePath()) ? chromium.executablePath() : undefined
}
