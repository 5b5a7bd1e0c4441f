import { useEffect, useInsertionEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { OtpVerify } from '../element.js'
import { EVENT_TYPES, type Listeners, type Parts } from './props.js'

type ElementRef = RefObject<OtpVerify | null>

/**
 * Runs before an element that was just inserted renders for the first time, which is a microtask later.
 *
 * Never runs on a server, where React 18 complains of layout effects.
 */
export const useClientEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect

/**
 * Keeps the element's attributes in step with props.
 *
 * React 18 sets attributes where React 19 sets properties, and they take away in different ways; an attribute means
 * the same under both.
 */
export function useAttributes(element: ElementRef, attributes: Parts['attributes']): void {
  const given = useRef<Parts['attributes']>({})
  useClientEffect(() => {
    const { current: target } = element
    for (const name of new Set([...Object.keys(given.current), ...Object.keys(attributes)])) {
      const value = attributes[name]
      if (value === undefined) target!.removeAttribute(name)
      else if (target!.getAttribute(name) !== value) target!.setAttribute(name, value)
    }
    given.current = attributes
  })
}

/** Calls the listeners of the latest props, also while React hides the element (`<Activity>`): its clock goes on there. */
export function useListeners(element: ElementRef, listeners: Listeners): void {
  const latest = useRef(listeners)
  const listening = useRef<AbortController>(null)
  useClientEffect(() => {
    latest.current = listeners
  })
  useClientEffect(() => {
    // Runs again whenever the element is shown again.
    if (listening.current) return
    listening.current = new AbortController()
    const { signal } = listening.current
    const handle = (event: Event) => latest.current[event.type]?.(event as never)
    for (const type of EVENT_TYPES) element.current!.addEventListener(type, handle, { signal })
  }, [])
  // What is hidden loses its layout effects. This kind is undone only where the element is taken away.
  useInsertionEffect(() => () => listening.current?.abort(), [])
}
