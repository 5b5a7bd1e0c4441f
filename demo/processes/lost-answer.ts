import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { visitor, type Visitor } from './visitor.js'

/**
 * Makes a call whose answer is lost on its way: the server has given it, then the visitor's connection breaks.
 *
 * @param call what the visitor asks of the server at `address`.
 * @returns the body of the lost answer.
 * @throws Error when the answer arrived
 */
export async function loseAnswer(
  address: string,
  call: (visitor: Visitor) => Promise<unknown>,
): Promise<unknown> {
  let lost: unknown
  const proxy = createServer((request, response) => {
    const forward = async () => {
      const { method, url, headers } = request
      const { 'content-type': type, origin, 'idempotency-key': key } = headers
      const answer = await fetch(address + url, {
        method: method!,
        headers: { 'Content-Type': type!, Origin: origin!, 'Idempotency-Key': key as string },
        body: await text(request),
      })
      lost = await answer.json()
    }
    void forward().finally(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  const arrived = await call(visitor((path, init) => fetch(`http://127.0.0.1:${port}${path}`, init))).then(
    () => true,
    () => false,
  )
  proxy.close()
  if (arrived) throw new Error('The answer was not lost.')
  return lost
}
