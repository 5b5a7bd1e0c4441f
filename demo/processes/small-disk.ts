import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of two megabytes, in memory. */
export interface SmallDisk {
  folder: string
  /** Takes all the room that is left. */
  fill(): Promise<void>
  /** Gives it back. */
  clear(): Promise<void>
  remove(): void
}

/** Makes a disk. Only root may. */
function mountDisk(): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0
  const filler = join(folder, 'filler')
  const disk: SmallDisk = {
    folder,
    // It ends with the error of a full disk, having taken what there was.
    fill: () => writeFile(filler, Buffer.alloc(4 << 20)).catch(() => {}),
    clear: () => rm(filler),
    remove() {
      if (mounted) spawnSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
  if (mounted) return disk
  disk.remove()
  return undefined
}

/** A disk for the test that asks, or `undefined`, loudly, where none can be made: what is not run shows nothing. */
export function smallDisk(): SmallDisk | undefined {
  const disk = mountDisk()
  if (!disk) console.warn('NOT RUN: no disk can be mounted, so no test of processes meets a full one.')
  return disk
}
