import { InvalidArgumentError } from 'commander'

/** Reads how many digits a code has: six, seven or eight. */
export function codeDigits(text: string): number {
  if (/^[678]$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Write 6, 7 or 8.')
}
