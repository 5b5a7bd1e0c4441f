import { waitUntil } from '@open-wc/testing'

/** Resolves once it is so, however busy the machine is. @throws Error when it still is not after `patience` milliseconds */
export function until(isSo: () => unknown, patience = 30_000): Promise<void> {
  return waitUntil(isSo, undefined, { timeout: patience })
}
