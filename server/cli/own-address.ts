import { once } from 'node:events'
import { createServer } from 'node:net'

/** Error codes of the system for an address that this machine, or any machine, does not have. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EAI_AGAIN', 'EINVAL', 'ENOTFOUND']

/**
 * What is wrong with `OTP_HOST`, if that is why listening failed. The system's message would not say which setting the address
 * came from.
 */
export function hostMistake({ code = '' }: NodeJS.ErrnoException): string | undefined {
  if (!NO_ADDRESS.includes(code)) return undefined
  return `OTP_HOST: is not an IP address of this machine (${code}); set one that is, such as 127.0.0.1, or 0.0.0.0 for all.`
}

/** What is wrong with an address for a server to listen at, found by listening there for a moment; usually nothing. */
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
