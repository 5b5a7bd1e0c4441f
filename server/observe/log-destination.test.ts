import fs, { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { logDestination } from './log-destination.js'

const LINE = `${'x'.repeat(1023)}\n`

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
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })
  return { log, disk, told, lines: () => readFileSync(file, 'utf8').split('\n').length - 1 }
}

it('keeps lines while the disk is full, drops what is too much, and tells of that once it writes again', async () => {
  const { log, disk, told, lines } = onDisk()
  disk.isFull = true
  for (let n = 0; n < 1100; n++) {
    log.write(LINE)
    if (n % 100 === 0) await new Promise(setImmediate)
  }
  await new Promise(setImmediate)
  expect(lines()).toBe(0)
  disk.isFull = false
  log.write('the line that is tried next\n')
  await vi.waitFor(() => expect(told).toEqual([77]))
  expect(lines()).toBe(1024)
})

it('has written all of its lines when it is closed, and takes none afterwards', async () => {
  const { log, lines } = onDisk()
  for (let n = 0; n < 50; n++) log.write(LINE)
  await log.close()
  log.write(LINE)
  expect(lines()).toBe(50)
})
