import { setTimeout as sleep } from 'node:timers/promises'
import type Database from 'libsql/promise'

/** Steps after which the log is moved, and milliseconds that pass in between: by then it has some 16 MiB. */
const STEPS = 500
const INTERVAL = 1000

/** How often it is moved until it begins anew. */
const MOVES = 4

/** Milliseconds for which steps wait for that at most: on a disk that stands still, the log had better grow. */
const LONGEST_PAUSE = 500

/** Moves what is there, while others add to it. */
const MOVE = 'PRAGMA wal_checkpoint(PASSIVE);'

/** What moves the log of a file into it, so that it does not grow for ever. */
export interface LogMover {
  /** Until then steps are to wait, so that for once nobody adds to the log while it is moved: only then it begins anew. */
  readonly pause: Promise<void> | undefined
  /** Is told of steps that were kept. */
  count(steps: number): void
  /** Waits for what is under way. */
  close(): Promise<void>
}

/**
 * Moves the log by a connection and on a thread of its own, for it waits for the disk, and steps need not. Where that fails
 * nothing is lost: it is tried again, and a file whose log has grown too long moves it by itself.
 *
 * @param file an absolute path.
 * @param steady milliseconds since any moment.
 */
export function logMover(file: string, steady: () => number): LogMover {
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
    // The second time little is left, so that the pause is short.
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
