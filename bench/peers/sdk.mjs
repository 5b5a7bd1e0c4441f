import process from 'node:process'
import { AuthType, Infobip } from '@infobip-api/sdk'

const { twoFA } = new Infobip({
  baseUrl: process.env.INFOBIP_BASE_URL,
  apiKey: process.env.INFOBIP_API_KEY,
  authType: AuthType.ApiKey,
}).service

/** What the SDK answers with; what it should have thrown, it returns. */
function dataOf(answer) {
  if (answer instanceof Error) throw answer
  return answer.data
}

/** Has Infobip send a code, through its SDK as it is. @returns what the code is checked under */
export async function sendCode(phoneNumber) {
  const body = {
    applicationId: process.env.INFOBIP_2FA_APP_ID,
    messageId: process.env.INFOBIP_2FA_MESSAGE_ID,
    to: phoneNumber.slice(1),
  }
  return dataOf(await twoFA.sendPINCodeSMS(body, false)).pinId
}

/** Has Infobip check a code. @returns the number that it proves; `undefined` where it is wrong */
export async function checkCode(pinId, code) {
  const { verified, msisdn } = dataOf(await twoFA.verifyPhoneNumber(encodeURIComponent(pinId), { pin: code }))
  return verified === true ? `+${msisdn}` : undefined
}
