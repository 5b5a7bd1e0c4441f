/** The name of a data file, which changes with its content. @param pin its SRI hash */
export function dataFile(name: string, pin: string): string {
  // Without what separates, it is `sha256` and the hash.
  return `${name}-${pin.replace(/\W/g, '').slice(6, 16)}.json`
}
