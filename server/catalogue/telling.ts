/** What a file says, as a track: made new, or told again where nobody changed it by hand. */
import { isDeepStrictEqual as same } from 'node:util'
import { newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Song, SongCredit } from './album.ts'
import { creditsFor, wordsFrom, type GivenCredit, type GivenTrack } from './building.ts'
import * as store from './store-import.ts'
import type { PlaceRow } from './store-import.ts'
import type { KnownRow } from './store-known.ts'
import { deleteCredits, deleteLyrics, insertCredits, insertTrackArtists, upsertLyrics } from './store-write.ts'

const roles: Record<string, string> = {
  composer: 'composer',
  writer: 'composer',
  lyricist: 'lyricist',
  arranger: 'arranger',
  producer: 'producer',
  mixer: 'mixing',
  dj_mixer: 'mixing',
  performer: 'performer',
  conductor: 'performer',
}
const instruments: readonly [RegExp, string][] = [
  [/vocal|voice|sing|人声|演唱|和声/i, 'vocals'],
  [/bass\b|贝斯/i, 'bass'],
  [/guitar|吉他/i, 'guitar'],
  [/drum|percussion|鼓/i, 'drums'],
  [/piano|keyboard|organ|synth|键盘|钢琴/i, 'keys'],
  [/violin|viola|cello|string|erhu|弦|提琴|二胡/i, 'strings'],
]
const creditsOf = (credits: readonly SongCredit[]): GivenCredit[] =>
  credits.map(({ role, name, detail }) => ({
    name,
    detail,
    role: role === 'performer' ? (instruments.find(([words]) => words.test(detail ?? ''))?.[1] ?? 'performer') : (roles[role] ?? 'other'),
  }))
const wordsOf = (lyrics: string | null): string | undefined =>
  lyrics === null
    ? undefined
    : wordsFrom(lyrics)
        ?.lines.map(line => line.text)
        .join('\n') || undefined
/** The new word where nobody changed the old one. */
export const merge = <T>(now: T, before: T, next: T): T => (same(now, before) ? next : now)

type Names = { artists: readonly string[]; pageOf: (name: string) => Promise<string> }
async function trackArtists(song: Song, { artists, pageOf }: Names): Promise<{ page: string; role: 'main' | 'featured' }[]> {
  const list: { page: string; role: 'main' | 'featured' }[] = []
  for (const { name, role } of song.artists) {
    const page = await pageOf(name)
    if (!list.some(artist => artist.page === page)) list.push({ page, role })
  }
  return list.length > 0 ? list : artists.map(page => ({ page, role: 'main' as const }))
}

/** A new track of this file. */
export async function trackOf(
  song: Song,
  given: Names & { disc: number; number: number; asset: string; recording: string | undefined },
): Promise<GivenTrack> {
  return {
    title: song.title,
    disc: given.disc,
    number: given.number,
    artists: await trackArtists(song, given),
    asset: given.asset,
    durationMs: song.durationMs,
    isrc: song.isrc,
    mbid: song.mbid ?? null,
    bpm: song.bpm,
    key: song.key,
    language: song.language,
    instrumental: /^zxx$/i.test(song.language ?? '') || /\binstrumental\b|纯音乐|純音樂|伴奏/i.test(`${song.title} ${song.genre ?? ''}`),
    credits: creditsOf(song.credits),
    lyrics: song.lyrics === null ? null : { text: song.lyrics },
    ...(given.recording === undefined ? {} : { recording: given.recording }),
  }
}

/** Brings a known track up to what its file says now, where nobody changed it by hand. True when something changed. */
export async function retell(
  tx: Tx,
  row: KnownRow,
  place: PlaceRow | undefined,
  song: Song,
  names: Names & { at: Date },
): Promise<boolean> {
  const { said } = row
  if (same(said, song)) return false
  if (!same(said.artists, song.artists)) {
    await store.deleteTrackArtists(tx, row.track!)
    await insertTrackArtists(
      tx,
      (await trackArtists(song, names)).map((artist, position) => ({ track: row.track!, position, ...artist })),
    )
  }
  if (place !== undefined) {
    await store.updateRecording(
      tx,
      row.recording,
      song.title,
      merge(place.isrc, said.isrc, song.isrc),
      merge(place.bpm, said.bpm, song.bpm),
      song.mbid ?? null,
    )
    const before = creditsOf(said.credits)
    if (
      !same(said.credits, song.credits) &&
      same(await store.readCreditNames(tx, row.recording, place.work), before.map(credit => `${credit.role}|${credit.name}`).sort())
    ) {
      await deleteCredits(tx, row.track!)
      await insertCredits(tx, creditsFor({ work: place.work ?? '', recording: row.recording }, creditsOf(song.credits)))
    }
  }
  if (said.lyrics !== song.lyrics) {
    const now = await store.readWords(tx, row.recording)
    if (now === undefined || now === wordsOf(said.lyrics)) {
      const words = song.lyrics === null ? null : wordsFrom(song.lyrics)
      // Retagged words may be in another language: only the new ones are true.
      await deleteLyrics(tx, row.recording)
      if (words !== null && words.lines.length > 0)
        await upsertLyrics(tx, { id: newId('lyr', names.at), recording: row.recording, ...words, at: names.at })
    }
  }
  return true
}
