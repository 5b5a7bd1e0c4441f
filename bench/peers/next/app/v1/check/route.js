import { checkCode } from '../../../../sdk.mjs'
import { tokenFor } from '../../../../token.mjs'

const { Response } = globalThis

/** Checks a code and signs a token. */
export async function POST(request) {
  const { verificationId, code } = await request.json()
  const phoneNumber = await checkCode(verificationId, code)
  if (phoneNumber === undefined) return Response.json({ code: 'code_incorrect' }, { status: 400 })
  return Response.json({ token: await tokenFor(phoneNumber) })
}
