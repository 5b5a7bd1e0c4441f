import { once } from 'node:events'
import { createServer } from 'node:net'

/** How many ports one worker of the tests has for itself, and of how many workers. */
const EACH = 1000
const WORKERS = 10

/** Below what systems give to whoever asks for any port: nobody gets one of these between a look at it and its use. */
const FIRST = 12_000 + EACH * (Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS)

// A worker may begin anew with every file, while what the last one started is still ending.
let next = process.pid % EACH

/** Ports of the loopback interface that nobody holds at this moment, nor those which lie `twin` above them. */
export async function freePorts(count: number, twin = 0): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = FIRST + (next++ % EACH)
    if ((await isFree(port)) && (await isFree(port + twin))) ports.push(port)
  }
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (isListening) await once(server.close(), 'close')
  return isListening
}
