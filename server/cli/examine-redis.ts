import type { Weakness } from '../weakness.js'
import type { Findings } from './examine-store.js'
import { evictionOf } from './open-store.js'
import { PERMISSIONS } from './store-advice.js'

/** Looks at what only a Redis may have: a user who may do too little, a policy to forget, no log. @throws StoreError */
export async function examineRedis(url: string): Promise<Findings> {
  const { lacks, missingPermissions } = await import('../store/redis/permissions.js')
  const { survivesCrash } = await import('../store/redis/eviction.js')
  const missing = await missingPermissions(url)
  if (missing.length > 0) {
    const weakness = { check: 'store.permissions', message: lacks(missing), fix: PERMISSIONS }
    return { weaknesses: [weakness], notes: [] }
  }
  const weaknesses: Weakness[] = []
  const { asked, mistake } = await evictionOf(url)
  if (mistake !== undefined) {
    const fix = 'Set maxmemory-policy noeviction; no server starts before.'
    weaknesses.push({ check: 'store.eviction', message: mistake, fix })
  }
  const notes = [
    ...(asked
      ? []
      : [
          'The user of Redis may not ask (+info), so see for yourself that its maxmemory-policy is noeviction.',
        ]),
    ...((await survivesCrash(url))
      ? []
      : [
          'Redis writes no append-only file: after a crash it has forgotten who used up their attempts. Run redis-cli CONFIG SET appendonly yes, and write it into its file only then: with the file alone it restarts empty.',
        ]),
  ]
  return { weaknesses, notes }
}
