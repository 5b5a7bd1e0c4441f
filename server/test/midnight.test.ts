import { expect, it } from 'vitest'
import { MIDNIGHT_PATIENCE, pastMidnight } from './midnight.js'

it('is waited for where it is near, and nobody waits at any other time', async () => {
  const waits: number[] = []
  for (const time of ['12:00:00', '23:57:59', '23:58:01', '23:59:59', '00:00:00'])
    await pastMidnight(
      () => Date.parse(`2026-01-15T${time}Z`),
      (ms) => waits.push(ms),
    )
  expect(waits).toEqual([120_000, 2000])
  expect(Math.max(...waits)).toBeLessThan(MIDNIGHT_PATIENCE)
})
