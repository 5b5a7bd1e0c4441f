import { placesOnPath } from './processes.mjs'
import { answerOf, providePrograms } from './programs.mjs'
import { end } from './setup.mjs'

/**
 * What the element is tried in beside Chromium, in the form of programs.json. WebKit is the one of GTK, driven through
 * its own WebDriver on a display of its own; Safari's and Windows' are not driven.
 */
export const FIREFOX = {
  engine: 'firefox',
  name: 'Firefox',
  needs: 'Firefox, which may be named with FIREFOX_PATH',
  programs: process.env['FIREFOX_PATH']
    ? [process.env['FIREFOX_PATH']]
    : [...placesOnPath(['firefox-esr', 'firefox']), ...inUsualPlaces()],
  probe: ['--version'],
  debian: ['firefox-esr'],
}

export const WEBKIT = {
  engine: 'webkit',
  name: 'WebKit',
  needs: 'WebKitWebDriver and Xvfb, which are for Linux',
  programs: ['sh'],
  probe: ['-c', 'command -v WebKitWebDriver && command -v Xvfb'],
  debian: ['webkit2gtk-driver', 'xvfb'],
}

const NAMES = ['chromium', FIREFOX.engine, WEBKIT.engine]

/** The engines that ENGINES names, separated by commas; all of them unless it is set. */
export function chosenEngines() {
  const chosen = (process.env['ENGINES'] || NAMES.join()).split(',')
  const unknown = chosen.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) end(`ENGINES names "${unknown}", which is none of ${NAMES.join(', ')}.`)
  return chosen
}

/** Sees to the chosen engines beside Chromium as to other programs. Returns those that are missing in the end. */
export async function provideEngines() {
  const chosen = chosenEngines()
  const missing = []
  // One by one: a distribution that does not have the one may have the other.
  for (const each of [FIREFOX, WEBKIT].filter(({ engine }) => chosen.includes(engine)))
    missing.push(...(await providePrograms([each])))
  return missing
}

/** What probing an engine said; `undefined` where it is missing. Ends the process when ENGINES wants it all the same. */
export function findEngine(engine) {
  if (!chosenEngines().includes(engine.engine)) return undefined
  const answer = answerOf(engine)
  if (!answer && process.env['ENGINES']) end(`ENGINES names ${engine.engine}, but it takes ${engine.needs}.`)
  return answer
}

function inUsualPlaces() {
  const inWindows = ['PROGRAMFILES', 'PROGRAMFILES(X86)'].flatMap((variable) => process.env[variable] ?? [])
  return [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    ...inWindows.map((base) => `${base}/Mozilla Firefox/firefox.exe`),
  ]
}
