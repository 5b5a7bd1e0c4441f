/** 128 random bits. Not `randomUUID()`: browsers offer that on secure pages only, and a developer may use plain http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
