import { fileURLToPath } from 'node:url'

// The packages that Next.js does not bring are those of the checkout.
const checkout = fileURLToPath(new URL('../../..', import.meta.url))

export default {
  turbopack: { root: checkout },
  outputFileTracingRoot: checkout,
}
