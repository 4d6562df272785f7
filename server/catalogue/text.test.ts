/** Words, names, lyrics, albums: everything pure. */
import { describe, expect, it } from 'vitest'
import type { Tags } from '../media/index.ts'
import { albumsOf, songOf, type Placed } from './album.ts'
import { dayOf } from './building.ts'
import { artistsOf, guestsIn, readFileName, readFolderName } from './names.ts'

describe('names', () => {
  it('splits artists', () => {
    expect(artistsOf(['Ann feat. Ben; Cid'])).toEqual([
      { name: 'Ann', role: 'main' },
      { name: 'Ben', role: 'featured' },
      { name: 'Cid', role: 'featured' },
    ])
    expect(artistsOf(['AC/DC'])).toHaveLength(1)
    expect(artistsOf(['Earth, Wind & Fire'])).toHaveLength(1)
    expect(artistsOf(['甲、乙']).map(({ name }) => name)).toEqual(['甲', '乙'])
    expect(artistsOf(['Ann', 'Ann / Ben']).map(({ name }) => name)).toEqual(['Ann', 'Ann / Ben'])
    expect(guestsIn('Song (feat. Dee & Eve)').map(({ name }) => name)).toEqual(['Dee', 'Eve'])
    expect(artistsOf(['Daft Punk'])).toEqual([{ name: 'Daft Punk', role: 'main' }])
  })
  it('reads file and folder names', () => {
    expect(readFileName('01 - First Song.mp3')).toEqual({ title: 'First Song', artist: null, disc: null, number: 1 })
    expect(readFileName('1-02 Second.flac')).toEqual({ title: 'Second', artist: null, disc: 1, number: 2 })
    expect(readFileName('03. Ann - Third.ogg')).toEqual({ title: 'Third', artist: 'Ann', disc: null, number: 3 })
    expect(readFileName('two_words.ogg').title).toBe('two words')
    expect(readFileName('99 Luftballons.mp3')).toMatchObject({ number: 99 })
    expect(readFileName('1999.mp3')).toMatchObject({ title: '1999', number: null })
    expect(readFolderName('Ann - 2008 - Blue')).toEqual({ artist: 'Ann', date: '2008', album: 'Blue' })
    expect(readFolderName('2008 - Blue')).toEqual({ artist: null, date: '2008', album: 'Blue' })
    expect(readFolderName('Ann - Blue (2008)')).toEqual({ artist: 'Ann', date: '2008', album: 'Blue' })
    expect(readFolderName('Blue')).toEqual({ artist: null, date: null, album: 'Blue' })
  })
  it('knows days', () => {
    expect(dayOf('2008')).toEqual({ day: '2008-01-01', precision: 'year' })
    expect(dayOf('2008-02-30')).toEqual({ day: null, precision: 'day' })
    expect(dayOf('0000')).toEqual({ day: null, precision: 'day' })
  })
})

const noTags: Tags = {
  title: null,
  artist: null,
  artists: [],
  albumArtist: null,
  albumArtists: [],
  album: null,
  trackNo: null,
  trackOf: null,
  discNo: null,
  discOf: null,
  date: null,
  genres: [],
  credits: [],
  isrc: [],
  label: [],
  catalogNumber: [],
  barcode: null,
  copyright: null,
  license: null,
  website: null,
  comment: null,
  language: null,
  compilation: false,
  bpm: null,
  key: null,
  lyrics: null,
  musicbrainz: { recording: null, release: null, releaseGroup: null, artists: [] },
}
describe('albums', () => {
  const file = (path: string, tags: Partial<Tags> = {}): Placed => ({ path, song: songOf(path, { ...noTags, ...tags }, 200_000, null) })
  const brief = (files: Placed[]) =>
    albumsOf(files, 'root', 'music').map(({ title, artists, various, songs }) => ({
      title,
      artists,
      various,
      songs: songs.map(({ song, disc, number }) => `${disc}.${number} ${song.title}`),
    }))
  const tagged = (title: string, artist: string, album: string, more: Partial<Tags> = {}): Partial<Tags> => ({
    title,
    artist,
    artists: [artist],
    album,
    ...more,
  })

  it('takes discs in folders and folders below as one album', () => {
    expect(
      brief([
        file('Blue/CD1/a.mp3', tagged('A', 'Ann', 'Blue', { trackNo: 1 })),
        file('Blue/CD2/b.mp3', tagged('B', 'Ann', 'Blue', { trackNo: 1 })),
      ]),
    ).toEqual([{ title: 'Blue', artists: ['Ann'], various: false, songs: ['1.1 A', '2.1 B'] }])
    expect(brief([file('ost/a.ogg', tagged('A', 'Ann', 'OST')), file('ost/win/b.ogg', tagged('B', 'Ann', 'OST'))])).toHaveLength(1)
  })
  it('keeps albums of one name by two artists apart', () => {
    expect(
      brief([
        file('x/a.mp3', tagged('A', 'Ann', 'Hits', { albumArtist: 'Ann', albumArtists: ['Ann'] })),
        file('x/b.mp3', tagged('B', 'Ben', 'Hits', { albumArtist: 'Ben', albumArtists: ['Ben'] })),
        file('x/c.mp3', tagged('C', 'Ann', 'Hits')),
      ]).map(({ artists, songs }) => [artists, songs.length]),
    ).toEqual([
      [['Ann'], 2],
      [['Ben'], 1],
    ])
    expect(
      brief([file('one/a.mp3', tagged('A', 'Ann', 'Hits', { trackNo: 1 })), file('two/a.mp3', tagged('A', 'Ann', 'Hits', { trackNo: 1 }))]),
    ).toHaveLength(2)
  })
  it('sees compilations', () => {
    expect(brief([file('x/a.mp3', tagged('A', 'Ann', 'Mix')), file('x/b.mp3', tagged('B', 'Ben', 'Mix'))])[0]).toMatchObject({
      artists: [],
      various: true,
    })
    expect(
      brief([file('x/a.mp3', tagged('A', 'Ann', 'Mix', { albumArtist: 'Various Artists', albumArtists: ['Various Artists'] }))])[0],
    ).toMatchObject({ various: true })
    expect(
      brief([
        file('x/a.mp3', tagged('A', 'Ann', 'Duets')),
        file('x/b.mp3', { ...tagged('B', 'Ann', 'Duets'), artists: ['Ann', 'Ben'] }),
      ])[0],
    ).toMatchObject({ artists: ['Ann'], various: false })
  })
  it('reads untagged files by their names', () => {
    expect(brief([file('Ann/2008 - Blue/02 - Two.mp3'), file('Ann/2008 - Blue/01 - One.mp3')])).toEqual([
      { title: 'Blue', artists: ['Ann'], various: false, songs: ['1.1 One', '1.2 Two'] },
    ])
  })
  it('gives numbers to those without, behind the others', () => {
    expect(
      brief([
        file('x/a.mp3', tagged('A', 'Ann', 'Blue')),
        file('x/b.mp3', tagged('B', 'Ann', 'Blue', { trackNo: 1 })),
        file('x/c.mp3', tagged('C', 'Ann', 'Blue', { trackNo: 1 })),
      ])[0]!.songs,
    ).toEqual(['1.1 B', '1.2 C', '1.3 A'])
  })
})
