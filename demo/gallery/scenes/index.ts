import type { Act, Scene } from '../scene.js'
import { CHALLENGE_ACT } from './challenge.js'
import { AGAIN_ACT, CODE_ACT, END_ACT } from './code.js'
import { NUMBER_ACT, REFUSED_ACT } from './number.js'
import { PAGE_ACT } from './page.js'

/** Every state of the element, in the order in which visitors come to them. */
export const ACTS: readonly Act[] = [
  NUMBER_ACT,
  CHALLENGE_ACT,
  CODE_ACT,
  AGAIN_ACT,
  END_ACT,
  REFUSED_ACT,
  PAGE_ACT,
]

/** The scene of that name. @throws Error when there is none */
export function sceneNamed(id: string): Scene {
  const scene = ACTS.flatMap(({ scenes }) => scenes).find((each) => each.id === id)
  if (!scene) throw new Error(`There is no scene named ${id}.`)
  return scene
}
