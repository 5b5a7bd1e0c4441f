/** The name of a data file, which changes with its content. @param pin its SRI hash */
export function dataFile(name: string, pin: string): string {
  return `${name}-${pin
    .slice('sha256-'.length)
    .replace(/[^a-z0-9]/gi, '')
    .slice(0, 10)}.json`
}
