import type { Weakness } from '../weakness.js'

/** What an examination found. */
export interface Findings {
  weaknesses: Weakness[]
  /** What is worth knowing and needs no mending. */
  notes: string[]
}
