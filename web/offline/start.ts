/** Wakes what works in the background: the service worker, keeping music, contact with the planet, files that come from the device. Runs after the first page is there. */
import type { QueryClient } from '@tanstack/react-query'
import { read } from '../api.ts'
import { initialLocale } from '../i18n/initial.ts'
import { loadLaterWords, wordsOf } from '../i18n/load.ts'
import { lyricsChoices } from '../player/lyrics-choices.ts'
import { player } from '../player/player.ts'
import { toast } from '../ui/toast.tsx'
import type { Words } from '../../shared/words/index.ts'
import { askAgainMs, followFavourites, recheck, tellPlays } from './contact.ts'
import { obey, setTrouble, tryAgain, work } from './keeper.ts'
import { anyKey, canKeep, currentShelf, onShelf, refresh } from './kept.ts'
import * as db from './db.ts'
import type { KeptProblem } from './rules.ts'
import type { Go } from '../own/arrivals.ts'
import { unsentPlays } from './unsent.ts'
import { lastKnown, watchWho } from './who.ts'
import { startWorker } from './worker.ts'

const askedKey = 'planet.asked'
/** Rights are asked for again when the app is opened, unless that was just done. */
const justMs = 300_000

/** The words of these parts, in the language of this moment. */
export async function offlineWords(): Promise<Words> {
  await loadLaterWords('more', initialLocale())
  return wordsOf(initialLocale())
}

let started = false
export function start(client: QueryClient, go: Go): void {
  if (started) return
  started = true
  void startWorker(
    take => void offlineWords().then(t => toast(t.offline.app.newVersion, { action: { label: t.offline.app.reload, run: take } })),
  ).catch(() => undefined)
  void import('../own/arrivals.ts').then(({ awaitFiles }) => awaitFiles(client, go))
  if (new URLSearchParams(location.search).get('playing') === 'open') void openPlaying()
  if (!canKeep()) return watchWho(client, () => undefined)
  watchWho(client, () => void meet(client, false))
  addEventListener('online', () => void meet(client, true))
  setInterval(() => void meet(client, true), askAgainMs)
  setTrouble(problem => {
    if (problem === 'network') meetLater(client)
    void sayTrouble(problem)
  })
  if (unsentPlays().length > 0) meetLater(client)
  onShelf(obey)
  lendBeside(client)
  void refresh().then(() => work())
}

/** The app's shortcut to what is playing presses what a person would. */
async function openPlaying(): Promise<void> {
  const t = await offlineWords()
  document.querySelector<HTMLElement>(`button[aria-label="${t.player.openFull}"]`)?.click()
}

/** The planet can be asked: plays first, then rights, then what is still to be kept. One tab does it; where the planet does not answer it tries again, more and more rarely. */
async function meet(client: QueryClient, surely: boolean): Promise<void> {
  if (!navigator.onLine) return
  let told = 0
  let reached = true
  await navigator.locks.request('planet-contact', async () => {
    const account = lastKnown()
    told = await tellPlays(account)
    const due = surely || asked() !== account || Date.now() - Number(localStorage.getItem(`${askedKey}.at`) ?? 0) > justMs
    if (!due) return
    if (localStorage.getItem(anyKey) || currentShelf().sets.length > 0) {
      const gone = await recheck(account)
      if (gone === null) {
        reached = false
        return
      }
      localStorage.setItem(askedKey, account)
      localStorage.setItem(`${askedKey}.at`, String(Date.now()))
      if (gone > 0) toast((await offlineWords()).offline.withdrawn(gone))
    }
    await followFavourites(account, (await offlineWords()).offline.kinds.favourites).catch(() => (reached = false))
  })
  if (told > 0) await client.invalidateQueries({ predicate: ({ queryKey: [key] }) => key === 'GET /me/recent' || key === 'GET /me/plays' })
  if (reached) await tryAgain()
  const waits = unsentPlays().some(play => (play.by ?? '') === lastKnown())
  if (reached && !waits) pauseMs = shortestPauseMs
  else meetLater(client)
}

const shortestPauseMs = 15_000
const longestPauseMs = 300_000
let pauseMs = shortestPauseMs
let timer: ReturnType<typeof setTimeout> | undefined
function meetLater(client: QueryClient): void {
  clearTimeout(timer)
  timer = setTimeout(() => void meet(client, true), pauseMs)
  pauseMs = Math.min(longestPauseMs, pauseMs * 2)
}
const asked = (): string => localStorage.getItem(askedKey) ?? ''

async function sayTrouble(problem: KeptProblem): Promise<void> {
  const t = await offlineWords()
  if (problem === 'limit') toast(t.offline.limitToast, { tone: 'bad' })
  if (problem === 'quota') toast(t.offline.quotaToast, { tone: 'bad' })
}

/** What the player shows beside a kept track (words, waveform) is lent to the pages, marked as old: asked for again where the planet can be. */
function lendBeside(client: QueryClient): void {
  let last = ''
  player.subscribe(() => {
    const id = player.track?.id ?? ''
    if (id === last) return
    last = id
    if (currentShelf().tracks.has(id)) void lend(id)
  })
  const lend = async (id: string): Promise<void> => {
    const beside = await db.readBeside(id)
    const { language } = lyricsChoices()
    for (const [key, value] of [
      [read('GET /tracks/:id/lyrics', { id, ...(language ? { translation: language } : {}) }).queryKey, beside?.lyrics],
      [read('GET /tracks/:id/waveform', { id }).queryKey, beside?.waveform],
    ] as const)
      if (value && client.getQueryData(key) === undefined) client.setQueryData(key as readonly unknown[], value, { updatedAt: 1 })
  }
}
