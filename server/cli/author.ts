import { userInfo } from 'node:os'
import { Option } from 'commander'
import { ArgumentError } from './argument-error.js'

const MOST_NOTE = 200

/** The option `--note`. */
export function noteOption(): Option {
  return new Option('--note <text>', 'the reason, shown by otp-verify overrides').argParser(noteOf)
}

function noteOf(text: string): string {
  if (text.length <= MOST_NOTE && !/\p{C}/u.test(text)) return text
  throw new ArgumentError([`--note: one line of ${MOST_NOTE} characters at most.`])
}

/** The operating system's name for the user; in a container, the number may have none. */
export function whoAmI(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
