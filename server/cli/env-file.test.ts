import { describe, expect, it } from 'vitest'
import { loadLine, withVariables } from './env-file.js'

describe('the file of variables', () => {
  const ids = { INFOBIP_2FA_APP_ID: 'A', INFOBIP_2FA_MESSAGE_ID: 'M' }

  it.each([
    ['', 'INFOBIP_2FA_APP_ID=A\nINFOBIP_2FA_MESSAGE_ID=M\n'],
    ['# mine\nOTP_PORT=1', '# mine\nOTP_PORT=1\nINFOBIP_2FA_APP_ID=A\nINFOBIP_2FA_MESSAGE_ID=M\n'],
    [
      'INFOBIP_2FA_MESSAGE_ID=old\n\nexport INFOBIP_2FA_APP_ID = "old"\r\nX_INFOBIP_2FA_APP_ID=1\n#INFOBIP_2FA_APP_ID=2\n',
      'INFOBIP_2FA_MESSAGE_ID=M\n\nexport INFOBIP_2FA_APP_ID =A\r\nX_INFOBIP_2FA_APP_ID=1\n#INFOBIP_2FA_APP_ID=2\n',
    ],
  ])('keeps every other line of %j', (before, after) => {
    expect(withVariables(before, ids)).toBe(after)
    expect(withVariables(after, ids)).toBe(after)
  })

  it.each([
    ['A=1\nINFOBIP_HOST_PLACEHOLDER=host\nB=2\n', 'A=1\nB=2\n'],
    ['export INFOBIP_HOST_PLACEHOLDER = "host"\r\nB=2\r\nINFOBIP_HOST_PLACEHOLDER=page', 'B=2\r\n'],
    ['#INFOBIP_HOST_PLACEHOLDER=host\n', '#INFOBIP_HOST_PLACEHOLDER=host\n'],
    ['', ''],
  ])('has no variable any more that shall be none: %j', (before, after) => {
    expect(withVariables(before, { INFOBIP_HOST_PLACEHOLDER: undefined })).toBe(after)
  })

  it.each([
    ['.env', './.env'],
    ['/srv/otp/.env', '/srv/otp/.env'],
    ["it's here/.env", `'it'\\''s here/.env'`],
  ])('is loaded by a shell: %s', (file, path) => {
    expect(loadLine(file)).toBe(`set -a; . ${path}; set +a`)
  })
})
