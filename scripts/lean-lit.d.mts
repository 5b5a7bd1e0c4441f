/** A file of Lit without what is cut out of it; `undefined` when nothing is. */
export function lean(source: string, id: string): string | undefined

/** Throws when a module of the element uses what the script's Lit does not have. */
export function checkUse(source: string, id: string): void
