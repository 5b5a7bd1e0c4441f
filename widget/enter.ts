/**
 * Whether a key belongs to a composition. Safari says so of the Enter that ends one by its key code alone, which is why
 * something deprecated is read here.
 */
export function isComposed({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229
}

/** Keeps an Enter in a field from the page's form. @returns whether it was pressed there, and is not just held */
export function takeEnter(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || isComposed(event)) return false
  event.preventDefault()
  return !event.repeat
}
