/** A client that others wrote (npm subsonic-api) drives everything it knows of us over HTTP: by app key and form, and by name, token and salt. */
import SubsonicAPI from 'subsonic-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type World } from './world.testing.ts'

let w: World
beforeAll(async () => {
  w = await makeWorld()
})
afterAll(() => w.close())

const ids = (list: readonly { id: string }[] | undefined): string[] => (list ?? []).map(one => one.id)
const bytesOf = async (answer: Response): Promise<number> => (await answer.arrayBuffer()).byteLength

for (const way of ['apiKey and forms', 'name, token and salt'] as const)
  test(`subsonic-api by ${way}`, async () => {
    const auth = way === 'apiKey and forms' ? { apiKey: w.key } : { username: w.ann.email, password: w.key }
    const api = new SubsonicAPI({ url: w.planet.url, auth, post: way === 'apiKey and forms' })
    const [one, two, three] = w.tracks.free as [string, string, string]

    expect(await api.ping()).toMatchObject({ status: 'ok', openSubsonic: true, type: 'planet' })
    expect((await api.getLicense()).license.valid).toBe(true)
    const extensions = (await api.getOpenSubsonicExtensions()).openSubsonicExtensions.map(({ name }) => name)
    expect(extensions).toEqual(['apiKeyAuthentication', 'formPost', 'indexBasedQueue', 'songLyrics', 'transcodeOffset'])
    expect((await api.customJSON<{ tokenInfo: unknown }>('tokenInfo', {})).tokenInfo).toEqual({ username: w.ann.email })
    expect((await api.getUser({ username: w.ann.email })).user.streamRole).toBe(true)
    expect((await api.getScanStatus()).scanStatus.count).toBeGreaterThan(0)
    expect((await api.getPodcasts()).podcasts.channel).toEqual([])
    expect((await api.getNewestPodcasts()).newestPodcasts.episode).toEqual([])
    expect((await api.getInternetRadioStations()).internetRadioStations.internetRadioStation).toEqual([])

    expect((await api.getMusicFolders()).musicFolders.musicFolder).toHaveLength(1)
    expect((await api.getIndexes()).indexes.index!.map(({ name }) => name)).toEqual(['N', 'T'])
    expect((await api.getArtists()).artists.index!.map(({ name }) => name)).toEqual(['N', 'T'])
    expect(ids((await api.getMusicDirectory({ id: w.artists.tide })).directory.child)).toEqual([w.albums.bought, w.albums.free])
    expect(ids((await api.getMusicDirectory({ id: w.albums.free })).directory.child)).toEqual([one, two, three])
    expect(ids((await api.getArtist({ id: w.artists.tide })).artist.album)).toEqual([w.albums.bought, w.albums.free])
    const { album } = await api.getAlbum({ id: w.albums.free })
    expect([ids(album.song), album.songCount, album.duration]).toEqual([[one, two, three], 3, 71])
    expect((await api.getSong({ id: one })).song).toMatchObject({
      title: '潮 <Tide>',
      albumId: w.albums.free,
      suffix: 'wav',
      duration: 5,
      type: 'music',
    })
    expect((await api.getGenres()).genres.genre!.map(({ value }) => value)).toEqual(['Rock', '民谣'])
    expect((await api.getArtistInfo2({ id: w.artists.tide })).artistInfo2.biography).toBe('About')
    expect((await api.getArtistInfo({ id: w.artists.tide })).artistInfo.biography).toBe('About')
    expect((await api.getAlbumInfo({ id: w.albums.free })).albumInfo.notes).toBe('The first one')
    expect((await api.getAlbumInfo2({ id: w.albums.free })).albumInfo.notes).toBe('The first one')

    for (const type of ['random', 'newest', 'alphabeticalByName', 'alphabeticalByArtist'] as const)
      expect([type, ids((await api.getAlbumList2({ type })).albumList2.album).toSorted()]).toEqual([
        type,
        [w.albums.free, w.albums.second, w.albums.bought].toSorted(),
      ])
    expect(ids((await api.getAlbumList({ type: 'byGenre', genre: 'Rock' })).albumList.album)).toEqual([w.albums.free])
    expect(ids((await api.getAlbumList2({ type: 'byYear', fromYear: 2022, toYear: 2019 })).albumList2.album)).toEqual([
      w.albums.bought,
      w.albums.second,
      w.albums.free,
    ])
    expect((await api.getRandomSongs({ size: 3 })).randomSongs.song).toHaveLength(3)
    expect(ids((await api.getSongsByGenre({ genre: '民谣' })).songsByGenre.song)).toEqual(w.tracks.second)
    expect(ids((await api.getTopSongs({ artist: 'the tide' })).topSongs.song)).toContain(one)
    expect((await api.getSimilarSongs({ id: one })).similarSongs.song!.length).toBeGreaterThan(0)
    expect((await api.getSimilarSongs2({ id: w.artists.tide })).similarSongs2.song!.length).toBeGreaterThan(0)
    const all = (await api.search3({ query: '""', songCount: 500 })).searchResult3
    expect(ids(all.song).toSorted()).toEqual([one, two, three, ...w.tracks.second, ...w.tracks.bought].toSorted())
    expect(ids((await api.search3({ query: 'second wave' })).searchResult3.song)).toContain(two)
    expect(ids((await api.search2({ query: 'tide' })).searchResult2.artist)).toContain(w.artists.tide)

    await api.star({ id: [one, two], albumId: w.albums.free, artistId: w.artists.tide })
    const { starred2 } = await api.getStarred2()
    expect([ids(starred2.song).toSorted(), ids(starred2.album), ids(starred2.artist)]).toEqual([
      [one, two].toSorted(),
      [w.albums.free],
      [w.artists.tide],
    ])
    expect(ids((await api.getAlbumList2({ type: 'starred' })).albumList2.album)).toEqual([w.albums.free])
    await api.unstar({ id: [one, two], albumId: w.albums.free, artistId: w.artists.tide })
    expect((await api.getStarred()).starred.song).toEqual([])
    await api.setRating({ id: one, rating: 3 })
    expect((await api.getSong({ id: one })).song.userRating).toBe(3)
    await api.setRating({ id: one, rating: 0 })
    expect((await api.getSong({ id: one })).song.userRating).toBeUndefined()

    const { playlist } = await api.createPlaylist({ name: `By ${way}`, songId: [one, two, one] })
    expect(ids(playlist.entry)).toEqual([one, two, one])
    await api.updatePlaylist({
      playlistId: playlist.id,
      name: 'Renamed',
      comment: 'Words',
      public: true,
      songIdToAdd: [three],
      songIndexToRemove: [0],
    })
    const changed = (await api.getPlaylist({ id: playlist.id })).playlist
    expect([changed.name, changed.comment, changed.public, ids(changed.entry)]).toEqual(['Renamed', 'Words', true, [two, one, three]])
    const again = await api.createPlaylist({ playlistId: playlist.id, songId: [three, two] })
    expect(ids(again.playlist.entry)).toEqual([three, two])
    expect(ids((await api.getPlaylists()).playlists.playlist)).toContain(playlist.id)
    await api.deletePlaylist({ id: playlist.id })
    expect(ids((await api.getPlaylists()).playlists.playlist)).not.toContain(playlist.id)

    await api.savePlayQueue({ id: [one, two, three], current: two, position: 1500 })
    const playQueue = (await api.getPlayQueue()).playQueue!
    expect([ids(playQueue.entry), playQueue.current, playQueue.position]).toEqual([[one, two, three], two, 1500])
    await api.customJSON('savePlayQueueByIndex', { id: [one, two, one], currentIndex: 2, position: 7 })
    expect((await api.customJSON<{ playQueueByIndex: object }>('getPlayQueueByIndex', {})).playQueueByIndex).toMatchObject({
      currentIndex: 2,
      position: 7,
    })
    await api.createBookmark({ id: three, position: 30_000, comment: 'there' })
    expect((await api.getBookmarks()).bookmarks.bookmark).toMatchObject([{ position: 30_000, comment: 'there', entry: { id: three } }])
    await api.deleteBookmark({ id: three })
    expect((await api.getBookmarks()).bookmarks.bookmark).toEqual([])
    const { shares } = await api.createShare({ id: w.albums.free, description: 'Hear this' })
    const share = shares.share![0]!
    expect(share.url).toBe(`${w.planet.url}/releases/${w.albums.free}`)
    await api.updateShare({ id: share.id, description: 'And this' })
    expect((await api.getShares()).shares.share![0]).toMatchObject({ id: share.id, description: 'And this' })
    await api.deleteShare({ id: share.id })
    expect((await api.getShares()).shares.share).toEqual([])

    expect((await api.getLyrics({ artist: 'The Tide', title: '潮 <Tide>' })).lyrics.value).toContain('第一行')
    const words = (await api.getLyricsBySongId({ id: one })).lyricsList as unknown as {
      structuredLyrics: { synced: boolean; line: { start: number }[] }[]
    }
    expect(words.structuredLyrics[0]).toMatchObject({ synced: true, line: [{ start: 500 }, { start: 2000 }, { start: 3500 }] })

    expect((await api.stream({ id: one, format: 'raw' })).headers.get('content-type')).toBe('audio/wav')
    expect((await api.stream({ id: one, format: 'mp3', maxBitRate: 96 })).headers.get('content-type')).toBe('audio/mpeg')
    expect(await bytesOf(await api.download({ id: one }))).toBe((await api.getSong({ id: one })).song.size)
    expect(await (await api.hls({ id: one })).text()).toMatch(/^#EXTM3U/)
    expect((await api.getCoverArt({ id: w.albums.free, size: 100 })).headers.get('content-type')).toMatch(/^image\//)
    expect((await api.getAvatar({ username: w.ann.email })).headers.get('content-type')).toMatch(/^image\//)
    await api.scrobble({ id: one, submission: false })
    expect(ids((await api.getNowPlaying()).nowPlaying.entry)).toEqual([one])
    expect((await api.scrobble({ id: [one, two], time: Date.UTC(2026, 10, 1) })).status).toBe('ok')
    expect(await api.startScan()).toMatchObject({ status: 'failed', error: { code: 50 } })
  })
