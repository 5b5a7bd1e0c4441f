/** A source of unpredictable bytes: `randomBytes` of node:crypto, except in tests. */
export type RandomBytes = (size: number) => Uint8Array
