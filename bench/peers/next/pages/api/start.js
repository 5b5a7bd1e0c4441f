import { sendCode } from '../../../sdk.mjs'

/** Sends a code, as Infobip's guide for Next.js does. */
export default async function start(request, response) {
  const { phoneNumber } = request.body
  response.status(201).json({ verificationId: await sendCode(phoneNumber) })
}
