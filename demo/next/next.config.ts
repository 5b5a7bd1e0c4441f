import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

// The demo borrows the words and the looks of the other one, beside it.
const checkout = fileURLToPath(new URL('../..', import.meta.url))

const config: NextConfig = {
  poweredByHeader: false,
  turbopack: { root: checkout },
  outputFileTracingRoot: checkout,
}

export default config
