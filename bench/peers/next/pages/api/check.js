import { checkCode } from '../../../sdk.mjs'
import { tokenFor } from '../../../token.mjs'

/** Checks a code, as Infobip's guide for Next.js does, and signs a token. */
export default async function check(request, response) {
  const { verificationId, code } = request.body
  const phoneNumber = await checkCode(verificationId, code)
  if (phoneNumber === undefined) response.status(400).json({ code: 'code_incorrect' })
  else response.status(200).json({ token: await tokenFor(phoneNumber) })
}
