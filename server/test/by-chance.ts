/** A text without its UUIDs and fractions: among the digits of a request's id or of a measured time may be any code, by chance. */
export function withoutChance(text: string): string {
  return text.replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d+\.\d+/g, '…')
}
