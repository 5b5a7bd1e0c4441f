/** A source of bytes that nobody can foresee: `randomBytes` of node:crypto, unless a test says otherwise. */
export type RandomBytes = (size: number) => Uint8Array
