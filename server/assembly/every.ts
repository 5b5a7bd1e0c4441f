/**
 * Runs a task again and again, `pause` ms after it has finished, without keeping the process alive.
 *
 * @param task never rejects.
 * @returns a function that stops it and waits for a task under way.
 */
export function every(pause: number, task: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve()
  let stopped = false
  let timer = setTimeout(run, pause).unref()

  function run(): void {
    running = task().then(() => {
      if (!stopped) timer = setTimeout(run, pause).unref()
    })
  }

  return async function stop() {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
