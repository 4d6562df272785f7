/** For tests of lyrics: a planet with an artist, a song whose file brought words and a translation, and people who know better. */
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

export type Hand = { name: string; page: string | null; role: string }
export type Line = {
  startMs: number
  endMs: number
  text: string
  translation: string | null
  romanisation: string | null
  words: unknown[]
}
export type Lyrics = {
  language: string
  timing: string
  lines: Line[]
  translationLanguage: string | null
  romanised: boolean
  parts: { kind: string; language: string; base: string | null; source: string; hands: Hand[] }[]
}
export type Sheet = {
  parts: (Lyrics['parts'][number] & { lines: Line[] })[]
  locked: boolean
  can: { edit: boolean; propose: boolean }
  mine: Contribution[]
  waiting: number
}
export type Contribution = {
  id: string
  state: string
  stale: boolean
  reason: string | null
  reviewer: string | null
  can: { review: boolean; revise: boolean }
}
export type Open = Contribution & { shownBase: string | null; shownLines: Line[]; lines: Line[]; baseLines: Line[] }

export let planet: TestPlanet
export let artist: Person
export let ana: Person
export let ben: Person
export let reviewer: Person
export let page: string
export let track: string

const fileWords = '[00:01.00]月亮出来\n[00:01.00]The moon comes out\n[00:05.00]照着大海\n[00:05.00]It lights the sea\n[00:09.00]'
export const make = async (visibility: 'public' | 'draft' = 'public', words: string | null = fileWords): Promise<string> =>
  (
    await planet.db.transaction(tx =>
      addRelease(tx, {
        page,
        title: `Songs ${newId('evt')}`,
        kind: 'single',
        artists: [page],
        visibility,
        tracks: [{ title: 'Moon', artists: [page], durationMs: 60_000, lyrics: words === null ? null : { text: words } }],
      }),
    )
  ).tracks[0]!

/** Once in each file of tests. */
export function openLyrics(): void {
  beforeAll(async () => {
    planet = await startPlanet()
    artist = await planet.signUp('Lu')
    ana = await planet.signUp('Ana')
    ben = await planet.signUp('Ben')
    reviewer = await planet.staff('reviewer')
    page = (await artist.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Lu Moon', handle: 'lu-moon' })).id
    await ana.call('POST', '/pages', { kind: 'artist', name: 'Ana Sings', handle: 'ana-sings' })
  })
  afterAll(() => planet.close())
  beforeEach(async () => {
    track = await make()
  })
}

export const timed = (texts: readonly [string, number][]) =>
  texts.map(([text, startMs], i) => ({
    text,
    startMs,
    endMs: texts[i + 1]?.[1] ?? startMs + 2000,
    words: [...text].map((one, n) => ({ text: one, startMs: startMs + n * 100, endMs: startMs + n * 100 + 100 })),
  }))
export const better = timed([
  ['月亮出来', 1200],
  ['照着大海', 5200],
])
export const lyrics = (who: Person, id = track) => who.call<Lyrics>('GET', `/tracks/${id}/lyrics`)
export const sheet = (who: Person, id = track) => who.call<Sheet>('GET', `/tracks/${id}/lyrics/sheet`)
export const baseOf = async (kind = 'main', id = track): Promise<string | null> =>
  (await sheet(artist, id)).parts.find(part => part.kind === kind)?.base ?? null
export const propose = async (who: Person, body: object = {}, id = track): Promise<Contribution> =>
  who.call<Contribution>('POST', `/tracks/${id}/lyrics/contributions`, {
    kind: 'main',
    language: 'zh',
    lines: better,
    base: await baseOf('main', id),
    note: 'timed by ear',
    ...body,
  })
export const open = (who: Person, id: string) => who.call<Open>('GET', `/lyrics/contributions/${id}`)
export const accept = (who: Person, id: string, base: string | null) =>
  who.call<Contribution>('POST', `/lyrics/contributions/${id}/accept`, { base })
export const status = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )
