import { describe, expect, it } from 'vitest'
import { albums, ordered, rows, search } from './group.ts'
import { albumKey, fromName, hashBytes, identify, isSound, wordsBeside, type OwnTrack } from './track.ts'

let made = 0
function track(more: Partial<OwnTrack>): OwnTrack {
  made++
  return {
    id: `own:${made}`,
    root: 'root-1',
    path: `${made}.mp3`,
    sizeBytes: 1,
    modifiedAt: 1,
    title: `Song ${made}`,
    artists: ['Björk'],
    albumArtist: null,
    album: 'Homogenic',
    disc: null,
    number: null,
    year: 1997,
    durationMs: 1000,
    format: 'MP3',
    cover: null,
    hasWords: false,
    loudness: null,
    problem: null,
    addedAt: made,
    ...more,
  }
}

describe('a list of own files', () => {
  it('reads number and title from names without tags', () => {
    expect(fromName('Band/Album/01 - First Song.mp3')).toEqual({ disc: null, number: 1, title: 'First Song' })
    expect(fromName('2-07 Other.flac')).toEqual({ disc: 2, number: 7, title: 'Other' })
    expect(fromName('99 Luftballons_live.ogg')).toEqual({ disc: null, number: 99, title: 'Luftballons live' })
    expect(fromName('晴天.m4a')).toEqual({ disc: null, number: null, title: '晴天' })
    expect(isSound('._01 Song.mp3') || isSound('notes.txt')).toBe(false)
    expect(wordsBeside('A/01 Song.mp3')).toContain('A/01 Song.lrc')
  })
  it('finds every word in any place, without marks, case or width', () => {
    const all = [track({ title: 'Jóga' }), track({ title: 'Bachelorette', artists: ['Someone'] }), track({ title: 'ＡＢＣ 晴天' })]
    expect(search(all, 'joga bjork').map(one => one.title)).toEqual(['Jóga'])
    expect(search(all, 'abc 晴').map(one => one.title)).toEqual(['ＡＢＣ 晴天'])
    expect(search(all, '  ')).toHaveLength(3)
    expect(search(all, 'nothing')).toEqual([])
  })
  it('groups by album and its artist, in disc and track order; what has no album stays with its folder, last', () => {
    const all = [
      track({ title: 'B2', disc: 2, number: 1 }),
      track({ title: 'A2', disc: 1, number: 2 }),
      track({ title: 'A10', disc: 1, number: 10 }),
      track({ title: 'loose', album: null, artists: [], path: 'x/loose.mp3' }),
      track({ title: 'Early', album: 'Debut', year: 1993 }),
    ]
    expect(albums(all).map(album => [album.title, album.artist, album.tracks.length])).toEqual([
      ['Debut', 'Björk', 1],
      ['Homogenic', 'Björk', 3],
      [null, null, 1],
    ])
    expect(
      rows(all.slice(0, 3), 'album').map(row => (row.kind === 'track' ? row.track.title : row.kind === 'disc' ? row.disc : row.title)),
    ).toEqual(['Homogenic', 1, 'A2', 'A10', 2, 'B2'])
    expect(ordered(all, 'added')[0]!.title).toBe('Early')
    expect(albumKey(all[0]!)).toBe(albumKey(all[1]!))
  })
  it('keeps two albums of one name by different artists apart', () => {
    const all = [track({ album: 'Greatest Hits', albumArtist: 'A' }), track({ album: 'Greatest Hits', albumArtist: 'B' })]
    expect(albums(all)).toHaveLength(2)
  })
  it('orders five thousand while one types', () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      track({ title: `Song ${i % 700}`, album: `Album ${i % 400}`, albumArtist: `Band ${i % 90}`, number: i % 13 }),
    )
    const from = performance.now()
    expect(rows(search(many, 'song 12'), 'album').length).toBeGreaterThan(50)
    expect(rows(many, 'album').length).toBeGreaterThan(5000)
    expect(performance.now() - from).toBeLessThan(10_000)
  })
})

describe('what a file is known by', () => {
  it('is what is in it, not its name or time', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251)
    const other = bytes.slice()
    other[199_999]! ^= 1
    const id = await identify(new Blob([bytes]))
    expect(id).toBe(await identify(new Blob([bytes])))
    expect(id).not.toBe(await identify(new Blob([other])))
    expect(id).not.toBe(await identify(new Blob([bytes.slice(0, 199_999)])))
    expect(id).toMatch(/^own:[0-9a-z]{22}$/)
    expect(hashBytes(new Uint8Array([1, 2]))).not.toBe(hashBytes(new Uint8Array([2, 1])))
  })
})
