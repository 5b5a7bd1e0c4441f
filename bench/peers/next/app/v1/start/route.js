import { sendCode } from '../../../../sdk.mjs'

const { Response } = globalThis

/** Sends a code. */
export async function POST(request) {
  const { phoneNumber } = await request.json()
  return Response.json({ verificationId: await sendCode(phoneNumber) }, { status: 201 })
}
