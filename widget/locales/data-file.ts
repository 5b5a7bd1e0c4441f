/** The name of the file that holds the sentences of a language; another one whenever they are others. @param pin its SRI hash */
export function dataFile(tag: string, pin: string): string {
  return `${tag}-${pin
    .slice('sha256-'.length)
    .replace(/[^a-z0-9]/gi, '')
    .slice(0, 10)}.json`
}
