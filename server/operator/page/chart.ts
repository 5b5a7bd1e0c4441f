import UPlot from 'uplot'
import { inTime } from './words.js'

/** One curve, or one row of bars. */
interface Curve {
  label: string
  /** Custom property of its colour. */
  colour: string
  bars?: boolean
  values: readonly (number | null)[]
}

/** What a chart shows. */
export interface Drawing {
  /** Seconds since 1970, one for each value. */
  times: readonly number[]
  curves: readonly Curve[]
  /** A value of the vertical axis in words. */
  unit: (value: number) => string
}

/** A chart that fills its element, in the colours of the page, and is redrawn when either changes. */
export class Chart {
  private plot: UPlot | undefined
  private drawing: Drawing | undefined
  private shape = ''
  private readonly element: HTMLElement
  private readonly tell: (text: string) => void

  /** @param tell gets what the chart says at the pointer. */
  constructor(element: HTMLElement, tell: (text: string) => void) {
    this.element = element
    this.tell = tell
    new ResizeObserver(() => this.redraw()).observe(element)
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw(true))
  }

  draw(drawing: Drawing): void {
    this.drawing = drawing
    this.redraw()
  }

  private redraw(anew = false): void {
    const { drawing, element } = this
    const { clientWidth: width, clientHeight: height } = element
    if (!drawing || width === 0) return
    const data: UPlot.AlignedData = [[...drawing.times], ...drawing.curves.map(({ values }) => [...values])]
    const shape = `${width} ${height} ${drawing.times.length}`
    if (this.plot && !anew && shape === this.shape) return this.plot.setData(data)
    this.shape = shape
    this.plot?.destroy()
    this.plot = new UPlot(this.options(drawing, width, height), data, element)
  }

  private options({ times, curves, unit }: Drawing, width: number, height: number): UPlot.Options {
    const step = times[1]! - times[0]!
    const style = getComputedStyle(this.element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    const size = Math.round(parseFloat(style.fontSize))
    const axis = {
      stroke: colour('--quiet'),
      font: `${size}px ${style.fontFamily}`,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    }
    const bars = UPlot.paths.bars!({ size: [0.82, size * 2], radius: 0.15 })
    return {
      ...{ width, height, padding: [size, size * 1.5, 0, 0] },
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        // Bars stand over their time, so half of the first and of the last is beyond it.
        x: { range: (_, min, max) => [min - step / 2, max + step / 2] },
        y: { range: (_, __, max) => [0, Math.max(max ?? 0, 4) * 1.08] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: size * 2.2,
          space: size * 5,
          values: (_, times) => times.map((time) => inTime(time * 1000)),
        },
        {
          ...axis,
          size: size * 4.4,
          space: size * 2.6,
          values: (_, values) => values.map((value) => (Number.isInteger(value) ? unit(value) : '')),
        },
      ],
      series: [
        {},
        ...curves.map(({ label, colour: name, bars: isBars }) => ({
          label,
          stroke: colour(name),
          width: isBars ? 0 : 2,
          points: isBars ? { show: false } : { show: true, size: 5, fill: colour(name), filter: alone },
          ...(isBars && { fill: colour(name), paths: bars }),
        })),
      ],
      hooks: { setCursor: [(plot) => this.tell(this.reading(plot.cursor.idx))] },
    }
  }

  /** What the chart says at the pointer. */
  private reading(index: number | null | undefined): string {
    const { drawing } = this
    if (!drawing || index == null) return ''
    const { times, curves, unit } = drawing
    const values = curves.map(
      ({ label, values }) => `${values[index] == null ? '–' : unit(values[index])} ${label}`,
    )
    return `${inTime(times[index]! * 1000)}: ${values.join(', ')}`
  }
}

/** Indices of values with no line to or from them. */
function alone({ data }: UPlot, series: number, show: boolean): number[] | null {
  const values = data[series]!
  if (!show) return null
  return [...values.keys()].filter(
    (at) => values[at] != null && values[at - 1] == null && values[at + 1] == null,
  )
}
