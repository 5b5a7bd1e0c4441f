import { inspect } from 'node:util'

/**
 * Keeps members of an object out of everything that prints or serialises it (`JSON.stringify`, `console.log`, a logger): they
 * read `[secret]` there. Reading the member itself still gives its value; a copy of the object shows it again.
 */
export function conceal<T extends object>(object: T, ...members: (keyof T)[]): T {
  const shown = () => {
    const secret = members.filter((member) => object[member] !== undefined)
    return { ...object, ...Object.fromEntries(secret.map((member) => [member, '[secret]'])) }
  }
  return Object.defineProperties(object, {
    toJSON: { value: shown },
    [inspect.custom]: { value: shown },
  })
}
