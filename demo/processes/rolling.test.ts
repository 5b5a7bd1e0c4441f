import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInstances, type Instances } from './instances.js'
import { restartUnderLoad, STOP_DELAY } from './rolling.js'

describe('two processes behind a balancer that looks at /readyz and tries nothing twice', () => {
  let instances: Instances
  beforeAll(async () => {
    const env = () => ({ OTP_STOP_DELAY: STOP_DELAY })
    instances = await startInstances(2, (folder) => `sqlite:${join(folder, 'store.db')}`, { env })
  })
  afterAll(() => instances.stop())

  it('tell how they are without a word to Infobip', async () => {
    const { sandbox, admins } = instances
    const before = sandbox.requests().length
    for (const path of ['/healthz', '/readyz', '/metrics'])
      for (const admin of admins) expect((await fetch(admin + path)).status).toBe(200)
    expect(sandbox.requests()).toHaveLength(before)
  })

  it('lose no visit when each is restarted in its turn', async () => {
    await restartUnderLoad(instances)
  })
})
