/** Names that the script has shorter: nobody but the element's own modules knows them. */
export function mangledNames(): string[]
