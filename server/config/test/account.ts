/** Variables of an Infobip account that nobody has. */
export const INFOBIP = {
  INFOBIP_BASE_URL: 'https://abc12.api.infobip.com',
  INFOBIP_API_KEY: 'key',
  INFOBIP_2FA_APP_ID: 'APP',
  INFOBIP_2FA_MESSAGE_ID: 'MESSAGE',
}
