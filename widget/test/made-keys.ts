/** Watches which keys are made. Import it before anything that imports the client, which takes `generateKey` when it loads. */

/** Every pair of keys that was made since the page was loaded. */
export const madeKeys: CryptoKeyPair[] = []

const real: (...args: never[]) => Promise<unknown> = crypto.subtle.generateKey.bind(crypto.subtle)

/** Puts another function in the place of `generateKey`. */
export function replaceGenerateKey(replacement: (...args: never[]) => Promise<unknown>): void {
  Object.assign(crypto.subtle, { generateKey: replacement })
}

replaceGenerateKey(async (...args) => {
  const made = await real(...args)
  madeKeys.push(made as CryptoKeyPair)
  return made
})
