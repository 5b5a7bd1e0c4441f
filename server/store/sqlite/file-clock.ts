import { sharedClock, systemTime, type Anchor, type AnchorPlace } from '../clock.js'
import { recently } from '../recent.js'
import type { Store } from '../store.js'
import type { StoreFile } from './file.js'

/** The time of all who share a file. */
export interface FileClock {
  /** Milliseconds since 1970, for what a step decides. To be used inside a step. */
  now(): number
  /** The time, in a step of its own. */
  asked(): Promise<number>
  /** The time to within some milliseconds, for what only looks. */
  recent: Store['recent']
}

/** The clock of a file. @param own a test's clock in its place */
export function clockOf(file: StoreFile, own?: () => number): FileClock {
  const now = own ?? sharedClock(systemTime(), anchorIn(file))
  const asked = () => file.step(now)
  return { now, asked, recent: own ? asked : recently(asked, () => performance.now()) }
}

function anchorIn(file: StoreFile): AnchorPlace {
  const read = file.first<[string | null, number]>('SELECT boot, booted_at FROM clock')
  const write = file.change('UPDATE clock SET boot = ?, booted_at = ?')
  return (choose) => {
    const [boot, bootedAt] = read()!
    const kept: Anchor | undefined = boot === null ? undefined : { boot, bootedAt }
    const chosen = choose(kept)
    if (chosen !== kept) write(chosen.boot, chosen.bootedAt)
    return chosen
  }
}
