import { NextResponse, type NextRequest } from 'next/server'
import { newVisit, VISIT_COOKIE } from './otp/visit-cookie'

/** Begins a visit: pages cannot set cookies while they render, so the cookie is there before. */
export function proxy(request: NextRequest): NextResponse {
  const response = NextResponse.next()
  if (!request.cookies.has(VISIT_COOKIE)) response.cookies.set(newVisit())
  return response
}

export const config = { matcher: '/' }
