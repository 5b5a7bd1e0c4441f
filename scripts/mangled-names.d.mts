/** What the names that the script has shorter look like. */
export function mangled(): RegExp
