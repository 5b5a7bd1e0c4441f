import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
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

/** Calls the listeners of the latest props. */
export function useListeners(element: ElementRef, listeners: Listeners): void {
  const latest = useRef(listeners)
  useClientEffect(() => {
    latest.current = listeners
  })
  useClientEffect(() => {
    const target = element.current!
    const handle = (event: Event) => latest.current[event.type]?.(event as never)
    for (const type of EVENT_TYPES) target.addEventListener(type, handle)
    return () => EVENT_TYPES.forEach((type) => target.removeEventListener(type, handle))
  }, [])
}
