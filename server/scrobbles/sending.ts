/**
 * Telling servers outside: what to tell is noted per link and play, once; taken in order, marked as on its way, sent, and marked by the answer. When the
 * answer is lost it is sent again with the same moment and names, which both protocols take as the same listen.
 */
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import { readSetting } from '../foundation/settings.ts'
import { lookAt } from './links.ts'
import { unseal } from './sealing.ts'
import { checkServer, submit, tellPlaying, type Outcome, type Server, type Song } from './servers.ts'
import {
  noteNewPlays,
  notePlaying,
  playingFor,
  readLink,
  setLink,
  setBusy,
  settleSubmissions,
  takeSubmissions,
  type LinkRow,
  type SongRow,
} from './store-links.ts'

type Door = Pick<Db, 'read' | 'transaction'>

const mostAtOnce = 50
const firstWaitMs = 30_000
const longestWaitMs = 6 * 3_600_000
/** Longer than any answer takes; whoever was killed meanwhile holds it up so long. */
const busyMs = 60_000
/** What plays is told while it is fresh. */
const freshMs = 4 * 60_000

/** 30 seconds, then twice as long each time, at most six hours; as long as the server asks for at least. */
export const waitMs = (failures: number, afterSeconds: number | null): number =>
  Math.max(Math.min(firstWaitMs * 2 ** Math.max(0, failures - 1), longestWaitMs), (afterSeconds ?? 0) * 1000)

/** Notes what went wrong; when it is tried again, or why it is paused. Gives whether there is more to do now. */
async function failed(door: Door, link: LinkRow, outcome: Exclude<Outcome, { is: 'done' }>, plays: readonly string[]): Promise<boolean> {
  const now = clock.now()
  return door.transaction(async tx => {
    const row = await readLink(tx, link.id, true)
    if (row === undefined) return false
    if (plays.length > 0) await setBusy(tx, link.id, null)
    if (outcome.is === 'refused' && plays.length > 0) {
      const single = plays.length === 1
      await settleSubmissions(tx, link.id, plays, single ? 'refused' : 'waiting', now, single ? outcome.said : null)
      // One of many was not wanted: one by one it is found.
      if (row.state === 'on') await setLink(tx, link.id, { state: 'on', said: outcome.said, batch: single ? row.batch : 1 })
      return true
    }
    await settleSubmissions(tx, link.id, plays, 'waiting', now)
    // Paused by its listener meanwhile: it stays so.
    if (row.state === 'paused') return false
    if (outcome.is === 'later' || outcome.is === 'refused') {
      const failures = row.failures + 1
      const nextAt = new Date(now.getTime() + waitMs(failures, outcome.is === 'later' ? outcome.afterSeconds : null))
      await setLink(tx, link.id, { state: row.state, said: outcome.said, failures, nextAt, batch: row.batch })
      await lookAt(tx, link.id, nextAt)
    } else await setLink(tx, link.id, { state: 'paused', reason: outcome.is, said: outcome.said })
    return false
  })
}

const songOf = (row: Omit<SongRow, 'play'> & { play?: string }, url: string): Song => ({
  ...row,
  play: row.play ?? '',
  url: `${url}/tracks/${row.track}`,
})

/** All that is to be told to one server now. One runs at a time for a link (its queue). */
export async function send(door: Door, config: Pick<Config, 'secret' | 'url'>, id: string, signal?: AbortSignal): Promise<void> {
  const trusted = (await readSetting<string[]>(door.read, 'scrobbles.trusted')) ?? []
  while (signal?.aborted !== true) {
    const now = clock.now()
    const link = await readLink(door.read, id)
    if (link === undefined || link.state === 'paused' || (link.nextAt !== null && link.nextAt > now)) return
    const secrets = unseal(config, id, link.sealed)
    if (secrets === undefined) {
      await failed(door, link, { is: 'rejected', said: '' }, [])
      return
    }
    const server: Server = { protocol: link.protocol, root: link.root, secrets, trusted, signal }
    if (link.state === 'checking') {
      const outcome = await checkServer(server)
      if (outcome.is !== 'done') {
        await failed(door, link, outcome.is === 'refused' ? { is: 'rejected', said: outcome.said } : outcome, [])
        return
      }
      await door.transaction(async tx => {
        if ((await readLink(tx, id, true))?.state === 'checking') await setLink(tx, id, { state: 'on', name: outcome.name ?? null })
      })
      continue
    }
    const songs = await door.transaction(async tx => {
      const row = await readLink(tx, id, true)
      if (row?.state !== 'on' || (row.busyUntil !== null && row.busyUntil > now)) return null
      await noteNewPlays(tx, row, now)
      const taken = await takeSubmissions(tx, id, Math.min(row.batch, mostAtOnce))
      if (taken.length > 0) await setBusy(tx, id, new Date(now.getTime() + busyMs))
      return taken
    })
    if (songs === null) return
    if (songs.length === 0) return playing(door, link, server, config)
    const plays = songs.map(song => song.play)
    const outcome = await submit(
      server,
      songs.map(song => songOf(song, config.url)),
    )
    if (outcome.is !== 'done') {
      if (await failed(door, link, outcome, plays)) continue
      return
    }
    await door.transaction(async tx => {
      const row = await readLink(tx, id, true)
      await settleSubmissions(tx, id, plays, 'sent', clock.now())
      await setBusy(tx, id, null)
      if (row?.state === 'on') await setLink(tx, id, { state: 'on', batch: Math.min(mostAtOnce, row.batch * 2) })
    })
  }
}

/** What plays now, once; whether it arrives does not matter. */
async function playing(door: Door, link: LinkRow, server: Server, config: Pick<Config, 'url'>): Promise<void> {
  const song = await playingFor(door.read, link.id, new Date(clock.now().getTime() - freshMs))
  if (song === undefined) return
  await door.transaction(tx => notePlaying(tx, link.id, song.at))
  await tellPlaying(server, songOf(song, config.url))
}
