/** Words of songs: line by line with their times, every language by itself; and as plain text for older apps. */
import { lyricsOf } from '../lyrics/index.ts'
import { notFound, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { namesOf } from './show.ts'
import { songsByIds } from './store.ts'
import { findByName } from './store-lists.ts'

/** ISO 639-2 for those we know; `xxx` says nothing. */
const languages: Record<string, string> = { zh: 'zho', en: 'eng', ja: 'jpn', ko: 'kor', fr: 'fra', de: 'deu', es: 'spa', ru: 'rus' }
const languageOf = (tag: string): string => languages[tag.split('-')[0] ?? ''] ?? (/^[a-z]{3}$/.test(tag) ? tag : 'xxx')

async function getLyricsBySongId({ read, viewer, given }: Asked): Promise<Answer> {
  const [song] = await songsByIds(read, viewer, [given.need('id')])
  if (song === undefined) throw notFound('Song')
  const parts = await lyricsOf(read, viewer, song.id)
  return {
    lyricsList: {
      structuredLyrics: parts.map(({ language, kind, timing, lines }) => ({
        displayArtist: namesOf(song.artists),
        displayTitle: song.title,
        lang: kind === 'romanisation' ? 'xxx' : languageOf(language),
        offset: 0,
        synced: timing !== 'none',
        line: lines.map(line => (timing === 'none' ? { value: line.text } : { start: line.startMs, value: line.text })),
      })),
    },
  }
}

async function getLyrics({ read, viewer, given }: Asked): Promise<Answer> {
  const artist = given.text('artist') ?? ''
  const title = given.text('title') ?? ''
  const id = given.text('id') ?? (artist === '' || title === '' ? undefined : await findByName(read, viewer, artist, title))
  const [song] = id === undefined ? [] : await songsByIds(read, viewer, [id])
  const main = song === undefined ? undefined : (await lyricsOf(read, viewer, song.id)).find(part => part.kind === 'main')
  // Nothing found is an empty answer here, not an error: apps ask for every song.
  if (song === undefined || main === undefined) return { lyrics: { value: '' } }
  return { lyrics: { artist: namesOf(song.artists), title: song.title, value: main.lines.map(line => line.text).join('\n') } }
}

export const wordCalls: Record<string, Call> = {
  getLyrics: call('listen', getLyrics),
  getLyricsBySongId: call('listen', getLyricsBySongId),
}
