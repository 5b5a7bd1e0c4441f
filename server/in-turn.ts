import { UnreplicatedError } from './store/store.js'

/**
 * Takes one step after the other, also after one that is done but may be lost: whatever an operator commands is done whole.
 *
 * @throws UnreplicatedError once all steps are taken; whatever else one throws, at once
 */
export async function inTurn<T>(steps: readonly (() => T | Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  let unreplicated: UnreplicatedError | undefined
  for (const step of steps) {
    try {
      results.push(await step())
    } catch (error) {
      if (!(error instanceof UnreplicatedError)) throw error
      unreplicated = error
    }
  }
  if (unreplicated) throw unreplicated
  return results
}
