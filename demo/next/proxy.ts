import { NextResponse, type NextRequest } from 'next/server'
import { VISIT_COOKIE } from './otp/settings'

/** Begins a visit: pages cannot set cookies while they render, so the cookie is there before. */
export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next()
  if (!request.cookies.has(VISIT_COOKIE)) {
    response.cookies.set(VISIT_COOKIE, crypto.randomUUID(), { httpOnly: true, sameSite: 'lax', path: '/' })
  }
  return response
}

export const config = { matcher: '/' }
