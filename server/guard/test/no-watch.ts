import type { Watch } from '../watch.js'

/** Wakes nobody up. */
export const NO_WATCH: Watch = { admitted: () => {}, ranDry: () => {}, broke: () => {}, guessed: () => {} }
