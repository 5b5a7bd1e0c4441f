import { setTimeout as sleep } from 'node:timers/promises'
import type Database from 'libsql/promise'

/** Steps after which the log is checkpointed (it has some 16 MiB by then), and least milliseconds in between. */
const STEPS = 500
const INTERVAL = 1000

/** Checkpoints until the log is made to start from its beginning again. */
const MOVES = 4

/** Longest time that steps wait for such a checkpoint, in milliseconds; on a stalled disk, the log should rather grow. */
const LONGEST_PAUSE = 500

/** Moves what is in the log into the file, while others add to it. */
const MOVE = 'PRAGMA wal_checkpoint(PASSIVE);'

/** Moves the log (WAL) of a file into it, so that it does not grow for ever. */
export interface Checkpointer {
  /** Steps have to wait for this: only if nobody adds to the log while it is moved does it start from its beginning again. */
  readonly pause: Promise<void> | undefined
  /** Counts steps that were committed. */
  count(steps: number): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/**
 * Moves the log over its own connection and on its own thread, because it waits for the disk, and steps need not. If that fails
 * nothing is lost: it is tried again, and SQLite itself moves a log that has grown too long.
 *
 * @param file an absolute path.
 * @param steady milliseconds since any moment.
 */
export function checkpointer(file: string, steady: () => number): Checkpointer {
  let db: Database | undefined
  let moving: Promise<void> | undefined
  let pause: Promise<void> | undefined
  let movedAt = -Infinity
  let steps = 0
  let moves = 0

  async function exec(sql: string): Promise<void> {
    try {
      db ??= new (await import('libsql/promise')).default(file, {})
      await db.exec(sql)
    } catch {
      // The disk may be full, or the file be gone.
    }
  }

  async function move(): Promise<void> {
    // The second time little is left, so the pause is short.
    await exec(MOVE + MOVE)
    if (++moves % MOVES === 0) {
      const moved = exec(MOVE)
      await (pause = Promise.race([moved, sleep(LONGEST_PAUSE, undefined, { ref: false })]))
      pause = undefined
      await moved
    }
    moving = undefined
  }

  return {
    get pause() {
      return pause
    },
    count(more) {
      steps += more
      if (steps < STEPS || moving || steady() - movedAt < INTERVAL) return
      steps = 0
      movedAt = steady()
      moving = move()
    },
    async close() {
      await moving
      db?.close()
    },
  }
}
