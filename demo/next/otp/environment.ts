import { inboxUrl, publicUrl, SITEKEY } from './settings'

/**
 * The server's configuration: the variables of this process, with what a demo on one machine needs filled in.
 *
 * `next start` always says production, and there the server wants an Infobip account and refuses its own sandbox. An
 * app that is not a demo hands over `process.env` as it is.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const url = publicUrl()
  const { protocol, port } = new URL(url)
  return {
    OTP_SITEKEY: SITEKEY,
    OTP_ALLOWED_ORIGINS: `${protocol}//localhost:${port},${protocol}//127.0.0.1:${port}`,
    OTP_LOG_LEVEL: 'warn',
    ...process.env,
    OTP_PUBLIC_URL: url,
    ...(inboxUrl() ? { NODE_ENV: 'development' } : {}),
  }
}
