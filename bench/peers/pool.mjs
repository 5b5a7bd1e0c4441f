import process from 'node:process'
import { Pool } from 'undici'

const pool = new Pool(process.env.INFOBIP_BASE_URL, { connections: 256 })
const headers = {
  Authorization: `App ${process.env.INFOBIP_API_KEY}`,
  'Content-Type': 'application/json',
  Accept: 'application/json',
}

async function post(path, body) {
  const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) })
  if (answer.statusCode !== 200) throw new Error(`Infobip answered ${answer.statusCode}.`)
  return answer.body.json()
}

/** Has Infobip send a code, over connections that are kept. @returns what the code is checked under */
export async function sendCode(phoneNumber) {
  const { pinId } = await post('/2fa/2/pin?ncNeeded=false', {
    applicationId: process.env.INFOBIP_2FA_APP_ID,
    messageId: process.env.INFOBIP_2FA_MESSAGE_ID,
    to: phoneNumber.slice(1),
  })
  return pinId
}

/** Has Infobip check a code. @returns the number that it proves; `undefined` where it is wrong */
export async function checkCode(pinId, code) {
  const { verified, msisdn } = await post(`/2fa/2/pin/${encodeURIComponent(pinId)}/verify`, { pin: code })
  return verified === true ? `+${msisdn}` : undefined
}
