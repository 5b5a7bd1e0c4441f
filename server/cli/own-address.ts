import { once } from 'node:events'
import { createServer } from 'node:net'

/** What the system says of an address that no machine has, or not this one. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EAI_AGAIN', 'EINVAL', 'ENOTFOUND']

/** What is wrong with `OTP_HOST`, where listening failed by it. The system would not say who asked for the address. */
export function hostMistake({ code = '' }: NodeJS.ErrnoException): string | undefined {
  if (!NO_ADDRESS.includes(code)) return undefined
  return `OTP_HOST: is not an IP address of this machine (${code}); set one that is, such as 127.0.0.1, or 0.0.0.0 for all.`
}

/** What is wrong with an address at which a server is to listen, seen by listening there for a moment; most often nothing. */
export async function tryHost(host: string): Promise<string[]> {
  const server = createServer()
  try {
    await once(server.listen(0, host), 'listening')
    return []
  } catch (error) {
    return [hostMistake(error as Error)].filter((mistake) => mistake !== undefined)
  } finally {
    server.close()
  }
}
