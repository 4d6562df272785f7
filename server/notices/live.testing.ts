/** For tests: a reader of GET /live. */
import type { Person, TestPlanet } from '../testing.ts'

export type Told = { event: string; id: string; data: unknown }

export async function listenTo(planet: TestPlanet, who: Person, topics: string, last?: string) {
  const abort = new AbortController()
  const answer = await who.fetch(`/api/v1/live?topics=${topics}`, {
    signal: abort.signal,
    ...(last === undefined ? {} : { headers: { 'last-event-id': last } }),
  })
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status })
  const events: Told[] = []
  const state = { ended: false }
  const decoder = new TextDecoder()
  void (async () => {
    let rest = ''
    for await (const chunk of answer.body!) {
      rest += decoder.decode(chunk, { stream: true })
      const blocks = rest.split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const told = Object.fromEntries(
          block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        )
        if (told['event']) events.push({ event: told['event'], id: told['id'] ?? '', data: JSON.parse(told['data'] ?? 'null') as unknown })
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (state.ended = true))
  return {
    events,
    messages: () => events.filter(({ event }) => event === 'message').map(({ data }) => data),
    ended: () => state.ended,
    close: () => abort.abort(),
  }
}
