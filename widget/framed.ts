/** Whether a page of another origin has `view` in a frame, where it could lay its own picture over our buttons. */
export function framedByStranger(view: Window): boolean {
  try {
    for (let frame = view; frame !== frame.parent; frame = frame.parent) void frame.parent.location.href
    return false
  } catch {
    return true
  }
}
