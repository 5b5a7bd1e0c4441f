import { NextResponse, type NextRequest } from 'next/server'
import { VISIT_COOKIE } from './otp/settings'

/** Begins a visit: pages cannot set cookies while they render, so the cookie is there before. */
export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next()
  if (!request.cookies.has(VISIT_COOKIE)) {
    // 128 random bits; a UUID has fewer.
    const visit = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
    response.cookies.set(VISIT_COOKIE, visit, { httpOnly: true, sameSite: 'lax', path: '/' })
  }
  return response
}

export const config = { matcher: '/' }
