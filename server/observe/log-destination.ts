import fs from 'node:fs'
import process from 'node:process'
import type { DestinationStream } from 'pino'

/** Most bytes of lines that wait for room or for their reader; further lines are dropped. */
const MOST_WAITING = 1 << 20

/** Milliseconds between attempts to write lines that could not be written. */
const PAUSE = 100

/** Milliseconds for which a server that stops waits for its last lines to be written. */
const PATIENCE = 1000

/** Where the lines of a log go. Nothing that keeps them from being written stops the server, or keeps it from ending. */
export interface LogDestination extends DestinationStream {
  /** Writes what is waiting, as far as that is possible within a second, and accepts nothing more. */
  close(): Promise<void>
}

/**
 * Writes lines to an open file. While that fails, as on a full disk, they wait and are tried again, for as long as it takes.
 *
 * @param told gets the number of dropped lines, once all that waited are written.
 */
export function logDestination(fd: number, told: (lines: number) => void): LogDestination {
  let begun = Buffer.alloc(0)
  let waiting = ''
  /** Bytes of both. */
  let size = 0
  let lost = 0
  let isUnderWay = false
  let isClosed = false
  let pause: NodeJS.Timeout | undefined
  let whenWritten = () => {}

  function next(): void {
    pause = undefined
    if (begun.length === 0) {
      begun = Buffer.from(waiting)
      waiting = ''
    }
    isUnderWay = true
    fs.write(fd, begun, (error, bytes) => {
      if (error) {
        isUnderWay = false
        if (!isClosed) pause = setTimeout(next, PAUSE).unref()
        return
      }
      begun = begun.subarray(bytes)
      size -= bytes
      if (size === 0 && lost > 0) {
        const lines = lost
        lost = 0
        told(lines)
      }
      isUnderWay = false
      if (size > 0) next()
      else whenWritten()
    })
  }

  /** Writes what can be written at once, because the process is ending: waiting for room or for a reader might take for ever. */
  function atExit(): void {
    let last = Buffer.concat([isUnderWay ? Buffer.alloc(0) : begun, Buffer.from(waiting)])
    try {
      while (last.length > 0) last = last.subarray(fs.writeSync(fd, last))
    } catch {
      // Failing here must not keep the process from ending.
    }
  }
  process.once('exit', atExit)

  return {
    write(line) {
      if (isClosed) return
      const bytes = Buffer.byteLength(line)
      if (size + bytes > MOST_WAITING) {
        lost++
        return
      }
      waiting += line
      size += bytes
      if (!isUnderWay && !pause) next()
    },
    async close() {
      if (size > 0) {
        await new Promise<void>((resolve) => {
          const patience = setTimeout(resolve, PATIENCE)
          whenWritten = () => {
            clearTimeout(patience)
            resolve()
          }
        })
      }
      isClosed = true
      clearTimeout(pause)
      process.off('exit', atExit)
    },
  }
}
