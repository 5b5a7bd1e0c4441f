import { once } from 'node:events'
import { pino, type DestinationStream } from 'pino'

/** Bytes of lines that wait for room, or for who reads them; what comes then is dropped. */
const MOST_WAITING = 1 << 20

/** Milliseconds for which a server that stops waits for its last lines to be written. */
const PATIENCE = 1000

/** Where the lines of a log go. Nothing that keeps them from being written stops the server, or keeps it from ending. */
export interface LogDestination extends DestinationStream {
  /** Writes what waits, where that can be done at once, and takes nothing more. */
  close(): Promise<void>
}

/**
 * Writes lines to an open file. While that fails, as on a full disk, they wait, and each that comes tries again.
 *
 * @param told is told how many lines were dropped, once it writes again.
 */
export function logDestination(fd: number, told: (lines: number) => void): LogDestination {
  const stream = pino.destination({ dest: fd, sync: false, minLength: 1, maxLength: MOST_WAITING })
  let isFailing = false
  let isClosed = false
  let lost = 0
  // As the process ends it would try again for ever, whatever the error.
  const flushSync = stream.flushSync.bind(stream)
  stream.flushSync = () => {
    if (!isFailing) flushSync()
  }
  stream.on('error', () => (isFailing = true))
  stream.on('drop', () => {
    lost++
    // Nothing else would try again any more.
    stream.flush()
  })
  stream.on('drain', () => {
    isFailing = false
    if (lost === 0) return
    const lines = lost
    lost = 0
    told(lines)
  })

  return {
    write(line) {
      if (!isClosed) stream.write(line)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      if (!isFailing) {
        stream.end()
        // Whether it was all written or not, the server ends.
        await once(stream, 'close', { signal: AbortSignal.timeout(PATIENCE) }).catch(() => {})
      }
      stream.destroy()
    },
  }
}
