/** What the build reads of the checkout's folder. */
export const SOURCES: readonly string[]
