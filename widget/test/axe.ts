/** Runs axe-core on what is in the page. */
import 'axe-core/axe.min.js'
import type { AxeResults, Result, RunOptions } from 'axe-core'

const { axe } = window as unknown as {
  axe: { run: (context: Element, options: RunOptions) => Promise<AxeResults> }
}

const OPTIONS: RunOptions = {
  elementRef: true,
  resultTypes: ['violations', 'incomplete'],
  // A rule of WCAG 2.2 AA that axe leaves out unless it is asked.
  rules: { 'target-size': { enabled: true } },
}

/**
 * The field of the code, whose own text is invisible by design, and the boxes that draw it: a digit is too short for axe,
 * and a test of its own compares their colours with those of the number.
 */
const DRAWN = 'input[autocomplete=one-time-code], .box'

/** What cannot be used needs no contrast (WCAG 1.4.3); axe knows that of the list of countries, not of its short form. */
const UNUSABLE = '.off .prefix, .off .region'

/** What axe objects to, and where it cannot tell whether a contrast is enough; each as one line. */
export async function findings(element: Element): Promise<string[]> {
  const { violations, incomplete } = await axe.run(element, OPTIONS)
  const unclear = incomplete.filter(({ id }) => id === 'color-contrast')
  return [...without(UNUSABLE, violations), ...without(DRAWN, unclear)].flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  )
}

function without(selector: string, rules: Result[]): Result[] {
  return rules.map((rule) => ({
    ...rule,
    nodes: rule.nodes.filter(({ element }) => rule.id !== 'color-contrast' || !element!.matches(selector)),
  }))
}
