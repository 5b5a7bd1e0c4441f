import { createConfiguredApp, nextHandlers } from 'otp-verify/server'
import { serverEnvironment } from '../../../../otp/environment'

export const { GET, HEAD, POST, OPTIONS } = nextHandlers(() => createConfiguredApp(serverEnvironment()))
