import tls from 'node:tls'
import { onTestFinished, vi } from 'vitest'

/**
 * A key pair whose certificate nobody signed but itself, for `localhost` and 127.0.0.1, valid until 2126.
 *
 * No system trusts it, and it protects nothing: it exists so that tests can show what an untrusted server
 * gets.
 */
export const SELF_SIGNED = {
  key: pem('PRIVATE KEY', [
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgN/5YEAt43h7h74a/',
    'ohq1uKYgAOKK5+iY2Oe8+vB26oShRANCAATaG56bbVUDa3NkBC2MA4Pq5aq77VgL',
    'bcnUkj3vO8POHA3nd4Sz8t2L8qoA/1uUu1sDoPrFjoczLKifDtKhXbUY',
  ]),
  cert: pem('CERTIFICATE', [
    'MIIBmzCCAUGgAwIBAgIUHac03/JkhBUqayTWPPeMxLt3oNswCgYIKoZIzj0EAwIw',
    'FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE4NDc0M1oYDzIxMjYxMDMw',
    'MTg0NzQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO',
    'PQMBBwNCAATaG56bbVUDa3NkBC2MA4Pq5aq77VgLbcnUkj3vO8POHA3nd4Sz8t2L',
    '8qoA/1uUu1sDoPrFjoczLKifDtKhXbUYo28wbTAdBgNVHQ4EFgQUBQbkR21ASgbB',
    'x+/AIdXaig7jJNQwHwYDVR0jBBgwFoAUBQbkR21ASgbBx+/AIdXaig7jJNQwDwYD',
    'VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI',
    'zj0EAwIDSAAwRQIhAID+w5wQaDzere/GkF8GueK+AKcs9BJkS1d+p5zZp5wcAiAl',
    'm4IwslMV/hCQ/j+6s93jT9Km/UdpIR5pL1jC5Ppe4Q==',
  ]),
}

/** Lets this test trust that certificate, as an operator's own authority would be trusted. */
export function trustSelfSigned(): void {
  const create = tls.createSecureContext
  vi.spyOn(tls, 'createSecureContext').mockImplementation((options) =>
    create({ ...options, ca: SELF_SIGNED.cert }),
  )
  onTestFinished(() => void vi.restoreAllMocks())
}

function pem(label: string, lines: string[]): string {
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')
}
