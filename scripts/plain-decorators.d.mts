/** The source of a module with a list for the decorators of its class; `undefined` when it has none. */
export function listed(source: string): string | undefined
