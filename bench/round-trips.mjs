import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/**
 * Starts a relay to a port of this machine that counts how often a client speaks once it was answered.
 *
 * @returns where it listens; `take` tells how many round trips there were since it was last asked
 */
export async function countRoundTrips(target) {
  let trips = 0
  const server = createServer((client) => {
    const redis = connect(target, '127.0.0.1')
    let isAnswered = true
    client.on('data', (said) => {
      if (isAnswered) trips++
      isAnswered = false
      redis.write(said)
    })
    redis.on('data', (said) => {
      isAnswered = true
      client.write(said)
    })
    for (const socket of [client, redis]) {
      socket.on('error', () => {}).on('close', () => [client, redis].forEach((each) => each.destroy()))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${server.address().port}`,
    take() {
      const taken = trips
      trips = 0
      return taken
    },
    stop: () => server.close(),
  }
}
