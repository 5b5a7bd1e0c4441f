import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { fakeInfobip, json, listeningProvider, PIN_ID, TO_ALICE, VERIFIED } from './test/fake-infobip.js'
import { SELF_SIGNED, trustSelfSigned } from './test/self-signed.js'

it('a message whose time is over before its handshake is never sent, however late the handshake ends (SR-B07)', async () => {
  trustSelfSigned()
  const fake = await fakeInfobip(json(200, VERIFIED), SELF_SIGNED)
  const way = await blockedWay(fake.url)
  const { provider } = listeningProvider(way.url, { connectTimeout: 600_000, timeout: 500 })
  expect(await provider.send(TO_ALICE)).toEqual({ outcome: 'unavailable' })
  way.open()
  // Whatever was left of the message would have overtaken the one that is answered.
  await expect.poll(() => provider.check(PIN_ID, '123456')).toMatchObject({ outcome: 'approved' })
  expect(fake.heard.filter(({ url }) => !url.endsWith('/verify'))).toEqual([])
})

/** A way to a server on which nothing gets through until it is opened, and connections are taken meanwhile. */
async function blockedWay(to: string): Promise<{ url: string; open: () => void }> {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect(Number(new URL(to).port), '127.0.0.1')
    for (const socket of [near, far]) sockets.push(socket.on('error', () => {}))
    far.pipe(near)
    void opened.then(() => near.pipe(far))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, open }
}
