import type { AddressInfo } from 'node:net'
import { ConfigError } from '../config/config-error.js'
import { ManagementError } from '../provider/infobip/manage.js'
import { StoreError } from '../store/store.js'
import { SigningKeysError } from '../token/key-set.js'
import { ArgumentError } from './argument-error.js'
import { plainly } from './store-advice.js'

/** One clear text for errors that the operator can mend. Any other is shown by its code or name alone. */
export function explain(error: unknown): string {
  if (error instanceof ArgumentError) return error.message
  if (error instanceof ConfigError) {
    return ['The configuration cannot be used:', ...error.mistakes.map((mistake) => `  - ${mistake}`)].join(
      '\n',
    )
  }
  if (error instanceof StoreError) {
    return `${plainly(error).replace(/\.?$/, '.')} OTP_STORE says where it is; otp-verify doctor says what to do.`
  }
  if ([SigningKeysError, ManagementError].some((one) => error instanceof one)) {
    return (error as Error).message
  }
  const { code, address, port, path, syscall, name } = error as NodeJS.ErrnoException & Partial<AddressInfo>
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program. ${OTHER_PORTS}`
  if (code === 'EACCES' && syscall === 'listen')
    return `Port ${port} needs privileges that this user does not have. ${OTHER_PORTS}`
  if (syscall === 'listen')
    return `It cannot listen at ${address}, port ${port} (${code}): this machine must have that address.`
  return `That did not work (${code ?? name}${path === undefined ? '' : `, ${path}`}).`
}

const OTHER_PORTS = 'Choose others with OTP_PORT, OTP_ADMIN_PORT, OTP_SANDBOX_PORT.'
