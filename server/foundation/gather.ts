/** Sharing one transaction among callers that come at the same time: what gathers while one batch runs is the next batch. No timer. */
export type Gathered<In, Out> = (item: In) => Promise<Out>

/** `work` gets 1 … `most` items and answers for each in order. When it fails for several, each is tried alone, so that one cannot fail the others. */
export function gather<In, Out>(most: number, work: (items: readonly In[]) => Promise<Out[]>): Gathered<In, Out> {
  type Waiting = { item: In; resolve: (out: Out) => void; reject: (reason: unknown) => void }
  const waiting: Waiting[] = []
  let running = false

  async function run(batch: readonly Waiting[]): Promise<void> {
    try {
      const outs = await work(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, index) => resolve(outs[index]!))
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error)
      else for (const one of batch) await run([one])
    }
  }

  async function pump(): Promise<void> {
    if (running) return
    running = true
    while (waiting.length > 0) await run(waiting.splice(0, most))
    running = false
  }

  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // Callers of this turn of the event loop share the batch.
      queueMicrotask(() => void pump())
    })
}
