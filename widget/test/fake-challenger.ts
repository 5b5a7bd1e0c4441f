/** Stands in for the scripts of Turnstile and hCaptcha, which a page may have loaded already. */

/** A widget that was rendered. */
export interface Rendered {
  holder: HTMLElement
  options: Record<string, unknown> & { callback: (token: string) => void }
  id: string
}

/** What was rendered and removed since the last `installChallenger()`. */
export let rendered: Rendered[] = []
export let removed: string[] = []

/** Puts a script's API into the page, as published: `render` returns an id, which `remove` takes. */
export function installChallenger(name: 'turnstile' | 'hcaptcha'): void {
  rendered = []
  removed = []
  Object.assign(window, {
    [name]: {
      render(holder: HTMLElement, options: Rendered['options']) {
        const button = document.createElement('button')
        button.textContent = 'I am human'
        // Of its own colours WebKitGTK says others than it paints.
        button.style.cssText = 'color: #fff; background: #333'
        holder.append(button)
        const id = `widget-${rendered.length}`
        rendered.push({ holder, options, id })
        return id
      },
      remove: (id: string) => void removed.push(id),
    },
  })
}

/** Calls one of the callbacks of the newest widget. */
export function callBack(name: string, ...args: string[]): unknown {
  return (rendered.at(-1)!.options[name] as (...args: string[]) => unknown)(...args)
}
