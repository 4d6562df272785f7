/** A musician's catalogue: as a table with columns in English or Chinese, or as another planet wrote it. */
import { z } from 'zod'
import { isrcOf, orNull, type ToldRelease } from './told.ts'

export const kinds = new Set(['album', 'ep', 'single', 'compilation'])
export const roles = new Set([
  'composer',
  'lyricist',
  'arranger',
  'producer',
  'performer',
  'vocals',
  'guitar',
  'bass',
  'drums',
  'keys',
  'strings',
  'mixing',
  'mastering',
  'artwork',
  'other',
])
export const names = (text: string): string[] => [
  ...new Set(
    text
      .split(/\s*[;；|]\s*/)
      .map(name => name.slice(0, 80))
      .filter(Boolean),
  ),
]
export const dateOf = (text: string): string | null => (/^\d{4}(-\d\d){0,2}$/.test(text) ? text : null)
export const whole = (text: string, otherwise: number): number => (/^\d{1,4}$/.test(text) && Number(text) > 0 ? Number(text) : otherwise)
export const upcOf = (text: string): string | null =>
  /^\d{12,13}$/.test(text.replaceAll(/[\s-]/g, '')) ? text.replaceAll(/[\s-]/g, '') : null

/** Columns by any of these names, in English or Chinese. */
export const columns: Record<string, readonly string[]> = {
  release: ['release', 'album', 'release_title', '专辑', '发行'],
  title: ['title', 'track', 'track_title', 'song', '歌曲', '曲名', '标题'],
  artist: ['artist', 'artists', 'track_artist', '歌手', '艺人'],
  albumArtist: ['album_artist', 'albumartist', 'release_artist', '专辑歌手'],
  number: ['number', 'track_number', 'no', '曲号', '序号'],
  disc: ['disc', 'disc_number', '碟号'],
  isrc: ['isrc'],
  iswc: ['iswc'],
  upc: ['upc', 'ean', 'barcode', '条码'],
  date: ['date', 'release_date', 'released', 'year', '发行日期'],
  genre: ['genre', '流派', '类型'],
  label: ['label', '厂牌', '唱片公司'],
  kind: ['kind', 'type', '形式'],
  file: ['file', 'filename', 'path', '文件'],
  lyrics: ['lyrics', '歌词'],
  composer: ['composer', 'composers', '作曲'],
  lyricist: ['lyricist', 'lyricists', '作词'],
  arranger: ['arranger', '编曲'],
  producer: ['producer', 'producers', '制作人'],
}
export const byColumn = (head: readonly string[]): ((row: Record<string, string>, name: string) => string) => {
  const folded = new Map(
    head.map(name => [
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
      name,
    ]),
  )
  return (row, name) => {
    const column = columns[name]?.map(alias => folded.get(alias)).find(found => found !== undefined)
    return column === undefined ? '' : (row[column] ?? '').trim()
  }
}

export function catalogueRows(
  rows: readonly Record<string, string>[],
  head: readonly string[],
): { releases: ToldRelease[]; skipped: number } {
  const get = byColumn(head)
  const releases: ToldRelease[] = []
  let last: ToldRelease | null = null
  let skipped = 0
  for (const [index, row] of rows.entries()) {
    const title = get(row, 'title').slice(0, 200)
    const album = (get(row, 'release') || title).slice(0, 200)
    if (title === '') {
      skipped++
      continue
    }
    const told = names(get(row, 'albumArtist'))
    const upc = get(row, 'upc')
    const artists = told.length > 0 ? told : names(get(row, 'artist')).slice(0, 1)
    // Lines of one album follow each other, or name the same artist and code.
    const fits = (one: ToldRelease): boolean =>
      one.title.toLowerCase() === album.toLowerCase() &&
      (told.length === 0 || one.artists[0]?.toLowerCase() === told[0]!.toLowerCase()) &&
      (upcOf(upc) === null || one.upc === null || one.upc === upcOf(upc))
    const before =
      last !== null && fits(last) ? last : releases.find(one => fits(one) && one.artists[0]?.toLowerCase() === artists[0]?.toLowerCase())
    const release: ToldRelease = before ?? {
      title: album,
      kind: null,
      artists,
      releasedOn: null,
      genre: null,
      label: null,
      upc: null,
      tracks: [],
      problems: [],
    }
    if (before === undefined) releases.push(release)
    last = release
    // What the first line that says it says.
    release.upc ??= upcOf(upc)
    if (upc !== '' && upcOf(upc) === null) release.problems.push(`${index + 2}: upc ${upc.slice(0, 40)}`)
    release.releasedOn ??= dateOf(get(row, 'date'))
    if (get(row, 'date') !== '' && dateOf(get(row, 'date')) === null)
      release.problems.push(`${index + 2}: date ${get(row, 'date').slice(0, 40)}`)
    release.genre ??= orNull(get(row, 'genre').slice(0, 60))
    release.label ??= orNull(get(row, 'label').slice(0, 120))
    const kind = get(row, 'kind').toLowerCase()
    if (kinds.has(kind)) release.kind ??= kind as 'album'
    const isrc = get(row, 'isrc')
    if (isrc !== '' && isrcOf(isrc) === null) release.problems.push(`${index + 2}: isrc ${isrc.slice(0, 40)}`)
    const disc = Math.min(999, whole(get(row, 'disc'), 1))
    release.tracks.push({
      title,
      disc,
      number: whole(get(row, 'number'), release.tracks.filter(track => track.disc === disc).length + 1),
      artists: names(get(row, 'artist')),
      isrc: isrcOf(isrc),
      iswc: /^T\d{10}$/.test(
        get(row, 'iswc')
          .toUpperCase()
          .replaceAll(/[.\s-]/g, ''),
      )
        ? get(row, 'iswc')
            .toUpperCase()
            .replaceAll(/[.\s-]/g, '')
        : null,
      file: orNull(get(row, 'file')),
      streaming: 'full',
      credits: ['composer', 'lyricist', 'arranger', 'producer'].flatMap(role => names(get(row, role)).map(name => ({ role, name }))),
      lyrics: orNull(get(row, 'lyrics')),
    })
  }
  return { releases, skipped }
}

export const planetRelease = z.object({
  title: z.string().min(1).max(200),
  kind: z.enum(['album', 'ep', 'single', 'compilation']),
  artists: z.array(z.object({ name: z.string() })),
  releasedOn: z.string().nullable(),
  genre: z.string().nullable(),
  label: z.string().nullable().default(null),
  upc: z.string().nullable().default(null),
  tracks: z.array(
    z.object({
      title: z.string().min(1).max(200),
      disc: z.number().int().min(1).max(999),
      number: z.number().int().min(1).max(9999),
      artists: z.array(z.object({ name: z.string() })),
      streaming: z.enum(['full', 'preview', 'none']).default('full'),
    }),
  ),
  credits: z.array(z.object({ name: z.string(), role: z.string() })).default([]),
})
