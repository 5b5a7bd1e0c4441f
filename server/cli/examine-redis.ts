import { crashLossOf, evictionOf } from '../assembly/open-store.js'
import type { Weakness } from '../weakness.js'
import type { Findings } from './findings.js'
import { PERMISSIONS } from './store-advice.js'

/**
 * Looks for what can only be wrong with a Redis: a user with too few permissions, an eviction policy, no append-only file.
 * @throws StoreError
 */
export async function examineRedis(url: string): Promise<Findings> {
  const { lacks, missingPermissions } = await import('../store/redis/permissions.js')
  const missing = await missingPermissions(url)
  if (missing.length > 0) {
    const weakness = { check: 'store.permissions', message: lacks(missing), fix: PERMISSIONS }
    return { weaknesses: [weakness], notes: [] }
  }
  const weaknesses: Weakness[] = []
  const { asked, mistake } = await evictionOf(url)
  const loss = await crashLossOf(url)
  if (mistake !== undefined) {
    const fix = 'Set maxmemory-policy noeviction; no server starts until then.'
    weaknesses.push({ check: 'store.eviction', message: mistake, fix })
  }
  const notes = [
    ...(asked
      ? []
      : ['The Redis user may not ask (+info), so check yourself that maxmemory-policy is noeviction.']),
    ...(loss === undefined ? [] : [loss]),
  ]
  return { weaknesses, notes }
}
