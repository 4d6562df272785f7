/**
 * What happens elsewhere, heard at once: one stream per visible tab for all parts of the page together, closed while the tab is hidden.
 * Messages carry ids; whoever hears one reads anew what changed. After a gap `onGap` says: read all of it anew.
 */
import { useEffect, useRef } from 'react'

export type LiveMessage = { kind: string } & Record<string, unknown>
type Ear = {
  topics: readonly string[]
  onMessage: (message: LiveMessage, topic: string) => void
  onGap: (() => void) | undefined
}

const ears = new Set<Ear>()
let source: EventSource | undefined
let open = ''
let last = ''
let timer: ReturnType<typeof setTimeout> | undefined
let waitMs = 1000
let watching = false

const wanted = (): string => [...new Set([...ears].flatMap(ear => ear.topics))].toSorted().slice(0, 20).join(',')

function gap(topics?: readonly string[]): void {
  for (const ear of ears) if (!topics || ear.topics.some(topic => topics.includes(topic))) ear.onGap?.()
}

function close(): void {
  source?.close()
  source = undefined
  open = ''
}

function connect(): void {
  timer = undefined
  const topics = document.hidden ? '' : wanted()
  if (topics === open) return
  close()
  if (topics === '') return
  open = topics
  const query = new URLSearchParams({ topics, ...(last ? { since: last } : {}) })
  const stream = new EventSource(`/api/v1/live?${query}`)
  source = stream
  stream.addEventListener('ready', event => {
    waitMs = 1000
    last = event.lastEventId
  })
  stream.addEventListener('gap', () => gap())
  stream.addEventListener('cut', event => gap([(JSON.parse(event.data as string) as { topic: string }).topic]))
  stream.addEventListener('message', event => {
    if (event.lastEventId) last = event.lastEventId
    const { topic, message } = JSON.parse(event.data as string) as { topic: string; message: LiveMessage }
    for (const ear of ears) if (ear.topics.includes(topic)) ear.onMessage(message, topic)
  })
  stream.addEventListener('error', () => {
    // The browser comes back by itself after a lost connection, not after a refusal.
    if (stream.readyState !== EventSource.CLOSED || source !== stream) return
    close()
    waitMs = Math.min(waitMs * 2, 60_000)
    plan(waitMs)
  })
}

function plan(ms = 30): void {
  clearTimeout(timer)
  timer = setTimeout(connect, ms)
}

/** Hears `topics` (`me`, `group:…`, `post:…`, `raffle:…`) while this part is on the page. */
export function useLive(topics: readonly string[], onMessage: Ear['onMessage'], onGap?: () => void): void {
  const latest = useRef({ onMessage, onGap })
  useEffect(() => {
    latest.current = { onMessage, onGap }
  })
  const key = topics.join(',')
  useEffect(() => {
    if (key === '') return
    if (!watching) {
      watching = true
      document.addEventListener('visibilitychange', () => plan(document.hidden ? 10_000 : 0))
    }
    const ear: Ear = {
      topics: key.split(','),
      onMessage: (message, topic) => latest.current.onMessage(message, topic),
      onGap: () => latest.current.onGap?.(),
    }
    ears.add(ear)
    plan()
    return () => {
      ears.delete(ear)
      plan()
    }
  }, [key])
}
