import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { reportDelivered } from './delivery-reports.js'

const TRACKED = { messageId: 'M1', to: '12025550123', sentAt: 0 }

/** A place to report to. */
async function target(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/reports`, username: 'infobip', password: 'secret' }
}

it('a delivery report is not waited for where nobody answers', async () => {
  const patience = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort())
  onTestFinished(() => patience.mockRestore())
  await reportDelivered(await target(() => {}), TRACKED)
  expect(patience).toHaveBeenCalledExactlyOnceWith(5000)
})

it('a delivery report leaves alone what is answered, however long it is', async () => {
  let closed = false
  const to = await target((_, response) => {
    response.on('close', () => (closed = true)).writeHead(200)
    // Never ended.
    response.write('x'.repeat(1000))
  })
  await reportDelivered(to, TRACKED)
  await expect.poll(() => closed).toBe(true)
})
