import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { explain } from './explain.js'

it('names the address and the port at which a machine lets nobody listen', async () => {
  const refused: unknown = await once(createServer().listen(8789, '192.0.2.1'), 'listening').catch(
    (error: unknown) => error,
  )
  expect(explain(refused)).toBe(
    'It cannot listen at 192.0.2.1, port 8789 (EADDRNOTAVAIL): this machine must have that address.',
  )
})
