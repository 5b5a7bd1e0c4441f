import { UnreplicatedError } from './store.js'

/**
 * Takes one step after another, and goes on after one that is done but may be lost, so that an operator's command is carried out
 * completely.
 *
 * @throws UnreplicatedError once all steps are taken; any other error of a step at once
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
