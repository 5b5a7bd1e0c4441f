/**
 * Says what a visitor of this page could not read, hit or make out in its element. Runs in the page.
 *
 * Contrast and sizes are those of WCAG 2.2, level AA; 16 px keeps iPhones from zooming into a field.
 */
export function findComplaints(): string[] {
  const element = document.querySelector('otp-verify')!
  const root = element.shadowRoot!
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const complaints: string[] = []
  const own = [...element.querySelectorAll<HTMLElement>('[data-otp-verify]'), ...root.querySelectorAll('*')]
  const shown = (own as HTMLElement[]).filter(
    (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest('.live'),
  )
  const complain = (node: Element, what: string) =>
    complaints.push(`${node.localName}.${node.className} ${node.slot}: ${what}`)
  const bounds = element.getBoundingClientRect()

  for (const node of shown) {
    const style = getComputedStyle(node)
    const { left, right, width, height } = node.getBoundingClientRect()
    if (style.display === 'contents') continue
    if (left < bounds.left - 1 || right > bounds.right + 1) complain(node, 'sticks out of the element')
    const isControl = node.matches('button, select, input')
    if (isControl && (height < 24 || width < 24)) complain(node, `${width} by ${height} px to hit`)
    if (node.matches('input') && parseFloat(style.fontSize) < 16) complain(node, `type of ${style.fontSize}`)
    if (node.matches('input') && (style.direction !== 'ltr' || /override/.test(style.unicodeBidi)))
      complain(node, `digits run ${style.direction}, ${style.unicodeBidi}`)
    if (hasWords(node) && !node.matches('option, select')) judgeWords(node, style, { width, height })
  }

  const boxes = shown.filter((node) => node.matches('.box')).map((box) => box.getBoundingClientRect())
  const widths = boxes.map(({ width }) => width)
  if (Math.max(...widths) - Math.min(...widths) > 1 || widths.some((width) => width < 24 || width > 96))
    complaints.push(`the boxes are ${widths.join(', ')} px wide`)
  if (boxes.some(({ left }, index) => index > 0 && left < boxes[index - 1]!.right))
    complaints.push('the boxes run into each other')

  const room = bounds.width - paddingOf(element)
  const used = root.querySelector('.root')!.getBoundingClientRect().width
  if (Math.abs(room - used) > 1) complaints.push(`only ${used} of ${room} px are used`)
  const overflow = document.documentElement.scrollWidth - innerWidth
  if (overflow > 0) complaints.push(`the page is ${overflow} px too wide`)
  const focused = document.activeElement
  const focusedPart = focused === element ? root.activeElement : focused
  // What is done is announced by moving the focus there; nobody can do anything with it.
  if (focused && element.contains(focused) && focusedPart?.matches('input, button, select'))
    judgeRing(ringOf(focused))
  return complaints

  function hasWords(node: HTMLElement): boolean {
    if (node.matches('[slot=phone]')) return (node as HTMLInputElement).value !== ''
    return [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent!.trim() !== '')
  }

  function judgeWords(
    node: HTMLElement,
    style: CSSStyleDeclaration,
    size: { width: number; height: number },
  ) {
    if (parseFloat(style.fontSize) < 12) complain(node, `type of ${style.fontSize}`)
    if (size.width < 8 || size.height < 12) complain(node, `hidden in ${size.width} by ${size.height} px`)
    const faded = [...flatAncestors(node)].some((each) => Number(getComputedStyle(each).opacity) < 1)
    if (faded) complain(node, 'see-through')
    const ratio = contrast(style.color, backgroundOf(node))
    if (ratio < 4.5) complain(node, `contrast of ${ratio.toFixed(2)}`)
  }

  /** What draws the focus of a node. */
  function ringOf(node: Element): Element | null {
    if (node.slot === 'phone') return root.querySelector('.field')
    return node.slot === 'code' ? root.querySelector('.box.active') : root.activeElement
  }

  function judgeRing(node: Element | null) {
    const { outlineStyle, outlineWidth, outlineColor } = node
      ? getComputedStyle(node)
      : ({} as CSSStyleDeclaration)
    const ratio = node ? contrast(outlineColor, backgroundOf(element)) : 0
    if (outlineStyle !== 'solid' || parseFloat(outlineWidth) < 2 || ratio < 3)
      complaints.push(`no ring around the focus: ${outlineStyle} ${outlineWidth}, contrast of ${ratio}`)
  }

  function paddingOf(node: Element): number {
    const { paddingLeft, paddingRight, borderLeftWidth, borderRightWidth } = getComputedStyle(node)
    return [paddingLeft, paddingRight, borderLeftWidth, borderRightWidth].reduce(
      (sum, width) => sum + parseFloat(width),
      0,
    )
  }

  function* flatAncestors(node: Element): Generator<Element> {
    for (let each: Element | null = node; each;) {
      yield each
      const parent: Node | null = each.assignedSlot ?? each.parentNode
      each = parent instanceof ShadowRoot ? parent.host : (parent as Element | null)
      if (!(each instanceof Element)) return
    }
  }

  function backgroundOf(node: Element): string {
    for (const each of flatAncestors(node)) {
      const { backgroundColor } = getComputedStyle(each)
      if (pixelOf(backgroundColor)[3] === 255) return backgroundColor
    }
    return 'white'
  }

  function contrast(one: string, other: string): number {
    const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
    return (lighter + 0.05) / (darker + 0.05)
  }

  function luminance(colour: string): number {
    const [red, green, blue] = [...pixelOf(colour)].slice(0, 3).map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }

  /** A colour in any notation, as red, green, blue and alpha from 0 to 255. */
  function pixelOf(colour: string): Uint8ClampedArray {
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    return context.getImageData(0, 0, 1, 1).data
  }
}
