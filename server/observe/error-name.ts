/** What a log may say about an error: its class and its code, never a text. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? `${error.name}:${code}` : error.name
}
