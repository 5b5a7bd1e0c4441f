import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether a process can be given a system clock of its own here. Loud when not: what is not run shows nothing. */
export const HAS_FAKETIME = spawnSync('faketime', ['-f', '+5m', 'true']).status === 0
if (!HAS_FAKETIME) console.warn('NOT RUN: there is no faketime, so no test sets the clock of one process.')

/** A system clock of one process, set by hand while it runs. */
export interface SystemClock {
  /** Variables for the process. */
  env: Record<string, string>
  /** Sets it `minutes` after the machine's, or before it when they are negative. */
  set(minutes: number): Promise<void>
}

/** Makes a system clock that is right. `folder` keeps what it is set to. */
export async function systemClock(folder: string): Promise<SystemClock> {
  const file = join(folder, 'clock')
  const set = (minutes: number) => writeFile(file, `${minutes < 0 ? '' : '+'}${minutes}m`)
  await set(0)
  // What the faketime command would set, except that the clock can change.
  const { stdout } = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'])
  return {
    set,
    env: {
      LD_PRELOAD: String(stdout).trim(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Nobody can set the clock that only counts, and none that is set moves it.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  }
}
