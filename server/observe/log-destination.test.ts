import fs, { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DestinationStream } from 'pino'
import { expect, it, onTestFinished, vi } from 'vitest'
import { logDestination } from './log-destination.js'

/** A log in a file whose disk is full for as long as the test says. */
function onDisk() {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-log-'))
  const file = join(folder, 'log')
  const fd = openSync(file, 'a')
  const disk = { isFull: false }
  const write = vi.spyOn(fs, 'write') as unknown as { mockImplementation(as: typeof written): void }
  function written(to: number, text: string | Buffer, ...rest: unknown[]): void {
    const done = rest.at(-1) as (error: Error | null, bytes?: number) => void
    const error = disk.isFull ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : null
    setImmediate(() => (error ? done(error) : done(null, writeSync(to, String(text)))))
  }
  write.mockImplementation(written)
  const told: number[] = []
  const log = logDestination(fd, (lines) => told.push(lines))
  onTestFinished(async () => {
    await log.close()
    closeSync(fd)
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })
  return { log, disk, told, lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1) }
}

/** A line of 1024 bytes that can be told from the others. */
const line = (n: number) => `${String(n).padEnd(1023, '.')}\n`

/** Gives a log that many lines, at times more than one at once. */
async function give(log: DestinationStream, lines: number): Promise<void> {
  for (let n = 0; n < lines; n++) {
    log.write(line(n))
    if (n % 100 === 0) await new Promise(setImmediate)
  }
}

it('keeps the first MiB while the disk is full, drops what comes then, and tells of that once it writes again', async () => {
  const { log, disk, told, lines } = onDisk()
  disk.isFull = true
  await give(log, 1100)
  expect(lines()).toEqual([])
  disk.isFull = false
  await expect.poll(() => told).toEqual([76])
  expect(lines().map((text) => parseInt(text))).toEqual(Array.from({ length: 1024 }, (_, n) => n))
})

it('has written all of its lines when it is closed, and takes none afterwards', async () => {
  const { log, lines } = onDisk()
  for (let n = 0; n < 50; n++) log.write(line(n))
  await log.close()
  log.write(line(50))
  expect(lines()).toHaveLength(50)
})

it('writes what waited on a full disk when it is closed, where that has room again, and how much is missing', async () => {
  const { log, disk, told, lines } = onDisk()
  disk.isFull = true
  await give(log, 1100)
  disk.isFull = false
  await log.close()
  expect(lines()).toHaveLength(1024)
  expect(told).toEqual([76])
})

it('is closed while the disk is full', async () => {
  const { log, disk, lines } = onDisk()
  disk.isFull = true
  log.write(line(0))
  await log.close()
  expect(lines()).toEqual([])
})
