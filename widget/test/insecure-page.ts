/** Makes this page one that came over plain http, as far as its scripts can tell. Import it before the client. */
Object.defineProperty(crypto, 'subtle', { value: undefined })

export {}
