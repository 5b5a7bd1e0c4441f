import { filesBelow, read } from './manifest.js'

/** A command that a page of the documentation tells its reader to run. */
export interface DocumentedCommand {
  page: string
  /** As it is written, without comments, in one line. */
  text: string
}

/** The pages. */
export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'demo/backends/README.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
]

/** The shell scripts of a page, as they are written. */
export function scriptsOf(page: string): string[] {
  return [...read(page).matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, script]) => script!)
}

/** Every command of the pages: of their scripts, after a `$` of their sessions, and in the middle of their sentences. */
export function documentedCommands(): DocumentedCommand[] {
  return PAGES.flatMap((page) => {
    const text = read(page)
    const sessions = [...text.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line!)
    const inSentences = [
      ...text.matchAll(/`((?:[A-Z_]+=\S+ )*(?:npm|npx|node|otp-verify|docker) (?!\{)[^`]+)`/g),
    ].map(([, command]) => command!.replaceAll('\n', ' '))
    const commands = [...scriptsOf(page).flatMap(linesOf), ...sessions.flatMap(linesOf), ...inSentences]
    return commands.map((command) => ({ page, text: command }))
  })
}

/** The commands of a script: lines that go on are one, comments are none. */
function linesOf(script: string): string[] {
  return script
    .replace(/(^|\s+)# .*$/gm, '')
    .replace(/(\\|\|)\n\s*/g, (_, end: string) => (end === '|' ? '| ' : ''))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
