import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { sqliteStore } from './sqlite.js'
import { compileChildren, startChild, type Child } from './test/children.js'
import { expectSound, rowsOf } from './test/sound.js'

const LONG = 10 * 60_000

describe('processes that use one file', () => {
  let folder: string
  let path: string

  beforeAll(compileChildren, 120_000)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otp-verify-processes-'))
    path = join(folder, 'store.db')
  })
  afterEach(() => {
    expectSound(path)
    rmSync(folder, { recursive: true })
  })

  /** All that a child says. */
  async function hear(child: Child): Promise<unknown[]> {
    const heard = []
    for await (const line of child.go()) heard.push(line)
    return heard
  }

  it('share each claim, limit, attempt, resend, call and slot exactly (SR-C03, SR-D02)', async () => {
    const store = sqliteStore({ path })
    await store.add(
      facts({ id: 'shared' }),
      terms({ attempts: 150, lifetime: LONG, cooldowns: [0, 0, 0, 0] }),
      LONG,
    )
    await store.recordSend('shared', 'ref-1', 'sms')
    const children = await Promise.all(Array.from({ length: 4 }, () => startChild('hammer', path)))
    const heard = (await Promise.all(children.map(hear))).flat() as Record<string, number>[]
    const total = (what: string) => heard.reduce((sum, won) => sum + won[what]!, 0)
    expect(heard).toHaveLength(4)
    expect(total('claims')).toBe(300)
    expect(total('consumed')).toBe(500)
    expect(total('begun')).toBe(300)
    expect(total('added')).toBe(300)
    expect(total('resends')).toBe(4)
    expect(total('attempts')).toBe(150)
    expect(await store.get('shared')).toMatchObject({
      state: 'exhausted',
      attemptsRemaining: 0,
      resendsRemaining: 0,
    })
    await store.close()
  })

  it('lose nothing that was acknowledged when one is killed in the middle of it all (SR-C13)', async () => {
    const bystander = await startChild('burst', path, 0)
    let heard = 0
    const hearing = (async () => {
      for await (const line of bystander.go()) heard = line as number
    })()
    for (let round = 1; round <= 6; round++) {
      const victim = await startChild('burst', path, round)
      const lines = victim.go()
      let acknowledged = -1
      while (acknowledged < round * 7) acknowledged = (await lines.next()).value as number
      await victim.kill()
      // What it said between the last look and its end.
      for await (const line of lines) acknowledged = line as number

      const store = sqliteStore({ path })
      for (let n = 0; n <= acknowledged; n++) {
        expect(await store.isClaimed(`${round}-${n}`)).toBe(true)
        expect(await store.reserveAttempt(`${round}-${n}`, 0, LONG)).toMatchObject({ refused: 'busy' })
      }
      expect(await taken(store.consume([tally(`counter ${round}`, acknowledged + 1, LONG)]))).toBe(false)
      expect(await taken(store.consume([tally(`counter ${round}`, acknowledged + 3, LONG)]))).toBe(true)
      await store.close()
      expectSound(path)
    }
    const before = heard
    await vi.waitUntil(() => heard > before + 10, { timeout: 10_000 })
    await bystander.kill()
    await hearing
    const store = sqliteStore({ path })
    for (let n = 0; n <= heard; n++) expect(await store.isClaimed(`0-${n}`)).toBe(true)
    await store.close()
  })

  it('agree on a file that none of them has found', async () => {
    const children = await Promise.all(Array.from({ length: 6 }, () => startChild('tellTime', path)))
    const heard = (await Promise.all(children.map(hear))).flat()
    expect(heard).toHaveLength(6)
    expect(rowsOf(path, 'SELECT count(*) AS n FROM clock')).toMatchObject([{ n: 1 }])
  })

  it('agree on the time when the system’s clock was set by five minutes for one of them (SR-D24)', async () => {
    const store = sqliteStore({ path })
    for (const jump of [5 * 60_000, -5 * 60_000]) {
      const before = await store.now()
      const [time] = (await hear(await startChild('tellTime', path, jump))) as [number]
      const after = await store.now()
      // A look at the uptime may be ten milliseconds old, and is no finer than that.
      expect(time).toBeGreaterThanOrEqual(before - 20)
      expect(time).toBeLessThanOrEqual(after + 20)
    }
    await store.close()
  })

  it('are told by an error that names nothing when the disk takes no more, and keep what they had', async () => {
    const [said] = (await hear(await startChild('fill', path, 0, 300))) as Record<string, unknown>[]
    expect(said).toMatchObject({ first: true, isStoreError: true })
    expect(said!['message']).toMatch(/^StoreError: The store’s file could not be used \(SQLITE_\w+\)\.$/)
    const store = sqliteStore({ path })
    for (let n = 0; n < (said!['claimed'] as number); n++)
      expect(await store.isClaimed(`key ${n}`)).toBe(true)
    expect(await store.add(facts(), terms(), PATIENCE)).toHaveProperty('state')
    await store.close()
  })
})
