import { ConfigError } from '../config/config-error.js'
import { ManagementError } from '../provider/infobip/manage.js'
import { StoreError } from '../store/store.js'
import { SigningKeysError } from '../token/key-set.js'
import { ArgumentError } from './argument-error.js'

/** One clear text for what the operator can mend; nothing else is expected to happen. */
export function explain(error: unknown): string {
  if (error instanceof ArgumentError) return error.message
  if (error instanceof ConfigError) {
    return ['The configuration cannot be used:', ...error.mistakes.map((mistake) => `  - ${mistake}`)].join(
      '\n',
    )
  }
  if ([SigningKeysError, StoreError, ManagementError].some((one) => error instanceof one)) {
    return (error as Error).message
  }
  const { code, port, name } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Choose others with OTP_PORT, OTP_ADMIN_PORT, OTP_SANDBOX_PORT.`
  }
  return `That did not work (${code ?? name}).`
}
