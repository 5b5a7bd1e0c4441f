import { inspect } from 'node:util'
import { Command } from 'ioredis'

/**
 * Keeps passwords out of what ioredis writes of every command where `DEBUG` asks it to: `auth([secret])`. It shows what it
 * sends, cut short by way of `join` where that is long.
 */
export function keepPasswordsUnseen(): void {
  const unseen = { value: () => '[secret]' }
  Command.setArgumentTransformer('auth', (args: unknown[]) =>
    Object.defineProperties(args, { [inspect.custom]: unseen, join: unseen }),
  )
}
