/** Whether a page of another origin shows `view` in a frame, where it could cover our buttons with its own content. */
export function framedByStranger(view: Window): boolean {
  try {
    for (let frame = view; frame !== frame.parent; frame = frame.parent) void frame.parent.location.href
    return false
  } catch {
    return true
  }
}
