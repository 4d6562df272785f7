/**
 * For tests: what the OpenSubsonic documentation says an answer holds, written down by us once and told twice: as strict zod schemas for JSON, and as an XSD for
 * XML (checked by xmllint). `!` is required. What Symfonium, Strawberry and others cannot do without is required here even where the documentation lets it go.
 */
import { z } from 'zod'

type Kind = 'string' | 'id' | 'int' | 'number' | 'bool' | 'time' | 'rating' | 'url'
type Field = `${Kind}` | `${Kind}!` | readonly [string] | { readonly of: string; readonly needed?: boolean }
/** `text`: what stands between the tags (`value` in JSON). `words`: its scalars are elements in XML. */
type Shape = { readonly fields: Readonly<Record<string, Field>>; readonly text?: boolean; readonly words?: boolean }

const of = (name: string, needed = false): Field => ({ of: name, needed })
const mark = { starred: 'time', userRating: 'rating' } as const
const named: Shape = { fields: { id: 'id!', name: 'string!' } }
const song = {
  id: 'id!',
  parent: 'id!',
  isDir: 'bool!',
  title: 'string!',
  album: 'string!',
  artist: 'string!',
  track: 'int!',
  year: 'int',
  genre: 'string',
  coverArt: 'id!',
  size: 'int!',
  contentType: 'string!',
  suffix: 'string!',
  duration: 'int!',
  bitRate: 'int!',
  bitDepth: 'int',
  samplingRate: 'int!',
  channelCount: 'int!',
  path: 'string!',
  isVideo: 'bool!',
  playCount: 'int!',
  discNumber: 'int!',
  created: 'time!',
  albumId: 'id!',
  artistId: 'id!',
  type: 'string!',
  mediaType: 'string!',
  bpm: 'int!',
  sortName: 'string!',
  isrc: ['string'],
  genres: ['ItemGenre'],
  artists: ['Named'],
  displayArtist: 'string!',
  albumArtists: ['Named'],
  displayAlbumArtist: 'string!',
  contributors: ['Contributor'],
  displayComposer: 'string!',
  replayGain: of('ReplayGain', true),
  bookmarkPosition: 'int',
  ...mark,
} as const satisfies Record<string, Field>
const album = {
  id: 'id!',
  name: 'string!',
  artist: 'string!',
  artistId: 'id!',
  coverArt: 'id!',
  songCount: 'int!',
  duration: 'int!',
  playCount: 'int!',
  created: 'time!',
  year: 'int',
  genre: 'string',
  genres: ['ItemGenre'],
  artists: ['Named'],
  displayArtist: 'string!',
  sortName: 'string!',
  releaseTypes: ['string'],
  recordLabels: ['Label'],
  releaseDate: of('ItemDate', true),
  isCompilation: 'bool!',
  ...mark,
} as const satisfies Record<string, Field>
const folder = {
  id: 'id!',
  parent: 'id!',
  isDir: 'bool!',
  title: 'string!',
  name: 'string!',
  album: 'string!',
  artist: 'string!',
  artistId: 'id!',
  coverArt: 'id!',
  duration: 'int!',
  playCount: 'int!',
  created: 'time!',
  year: 'int',
  genre: 'string',
  songCount: 'int!',
  isVideo: 'bool!',
  mediaType: 'string!',
  ...mark,
} as const satisfies Record<string, Field>
const artist = { id: 'id!', name: 'string!', coverArt: 'id!', albumCount: 'int!', sortName: 'string!', starred: 'time' } as const
const artistFolder = { id: 'id!', name: 'string!', coverArt: 'id!', starred: 'time' } as const
const playlist = {
  id: 'id!',
  name: 'string!',
  comment: 'string',
  owner: 'string!',
  public: 'bool!',
  songCount: 'int!',
  duration: 'int!',
  created: 'time!',
  changed: 'time!',
  coverArt: 'id!',
  readonly: 'bool!',
} as const
const queue = { position: 'int', username: 'string!', changed: 'time!', changedBy: 'string!', entry: ['Song'] } as const
const info = (similar: string): Shape => ({
  words: true,
  fields: { biography: 'string', smallImageUrl: 'url', mediumImageUrl: 'url', largeImageUrl: 'url', similarArtist: [similar] },
})
const songs: Shape = { fields: { song: ['Song'] } }

const shapes: Readonly<Record<string, Shape>> = {
  Named: named,
  ItemGenre: { fields: { name: 'string!' } },
  ItemDate: { fields: { year: 'int', month: 'int', day: 'int' } },
  Label: { fields: { name: 'string!' } },
  DiscTitle: { fields: { disc: 'int!', title: 'string!' } },
  Contributor: { fields: { role: 'string!', subRole: 'string', artist: of('Named', true) } },
  ReplayGain: { fields: { trackGain: 'number', albumGain: 'number', trackPeak: 'number', albumPeak: 'number', baseGain: 'number' } },
  Song: { fields: song },
  Playing: { fields: { ...song, username: 'string!', minutesAgo: 'int!', playerId: 'int!', playerName: 'string!' } },
  Album: { fields: album },
  AlbumWithSongs: { fields: { ...album, discTitles: ['DiscTitle'], song: ['Song'] } },
  AlbumFolder: { fields: folder },
  Artist: { fields: artist },
  ArtistFolder: { fields: artistFolder },
  ArtistWithAlbums: { fields: { ...artist, album: ['Album'] } },
  Index: { fields: { name: 'string!', artist: ['Artist'] } },
  IndexFolder: { fields: { name: 'string!', artist: ['ArtistFolder'] } },
  Child: {
    fields: {
      ...Object.fromEntries(
        Object.entries({ ...song, ...folder }).map(([name, field]) => [name, typeof field === 'string' ? field.replace('!', '') : field]),
      ),
      replayGain: of('ReplayGain'),
      id: 'id!',
      isDir: 'bool!',
      title: 'string!',
    } as Record<string, Field>,
  },
  Playlist: { fields: playlist },
  Folder: { fields: { id: 'int!', name: 'string!' } },
  Genre: { text: true, fields: { songCount: 'int!', albumCount: 'int!' } },
  Bookmark: {
    fields: { position: 'int!', username: 'string!', comment: 'string!', created: 'time!', changed: 'time!', entry: of('Song', true) },
  },
  Share: {
    fields: {
      id: 'id!',
      url: 'url!',
      description: 'string',
      username: 'string!',
      created: 'time!',
      expires: 'time',
      visitCount: 'int!',
      entry: ['Child'],
    },
  },
  Line: { text: true, fields: { start: 'int' } },
  StructuredLyrics: {
    fields: { displayArtist: 'string!', displayTitle: 'string!', lang: 'string!', offset: 'int!', synced: 'bool!', line: ['Line'] },
  },
  Extension: { fields: { name: 'string!', versions: ['int'] } },
  Nothing: { fields: {} },
  // What stands directly in the answer.
  error: { fields: { code: 'int!', message: 'string!', helpUrl: 'url' } },
  license: { fields: { valid: 'bool!' } },
  tokenInfo: { fields: { username: 'string!' } },
  musicFolders: { fields: { musicFolder: ['Folder'] } },
  indexes: { fields: { lastModified: 'int!', ignoredArticles: 'string!', index: ['IndexFolder'] } },
  artists: { fields: { ignoredArticles: 'string!', lastModified: 'int!', index: ['Index'] } },
  artist: { fields: { ...artist, album: ['Album'] } },
  album: { fields: { ...album, discTitles: ['DiscTitle'], song: ['Song'] } },
  song: { fields: song },
  directory: {
    fields: {
      id: 'id!',
      parent: 'id',
      name: 'string!',
      playCount: 'int',
      songCount: 'int',
      albumCount: 'int',
      coverArt: 'id',
      child: ['Child'],
      ...mark,
    },
  },
  genres: { fields: { genre: ['Genre'] } },
  albumList: { fields: { album: ['AlbumFolder'] } },
  albumList2: { fields: { album: ['Album'] } },
  randomSongs: songs,
  songsByGenre: songs,
  topSongs: songs,
  similarSongs: songs,
  similarSongs2: songs,
  searchResult: { fields: { offset: 'int!', totalHits: 'int!', match: ['Song'] } },
  searchResult2: { fields: { artist: ['ArtistFolder'], album: ['AlbumFolder'], song: ['Song'] } },
  searchResult3: { fields: { artist: ['Artist'], album: ['Album'], song: ['Song'] } },
  starred: { fields: { artist: ['ArtistFolder'], album: ['AlbumFolder'], song: ['Song'] } },
  starred2: { fields: { artist: ['Artist'], album: ['Album'], song: ['Song'] } },
  nowPlaying: { fields: { entry: ['Playing'] } },
  playlists: { fields: { playlist: ['Playlist'] } },
  playlist: { fields: { ...playlist, entry: ['Song'] } },
  playQueue: { fields: { current: 'id', ...queue } },
  playQueueByIndex: { fields: { currentIndex: 'int', ...queue } },
  bookmarks: { fields: { bookmark: ['Bookmark'] } },
  shares: { fields: { share: ['Share'] } },
  lyrics: { text: true, fields: { artist: 'string', title: 'string' } },
  lyricsList: { fields: { structuredLyrics: ['StructuredLyrics'] } },
  artistInfo: info('ArtistFolder'),
  artistInfo2: info('Artist'),
  albumInfo: { words: true, fields: { notes: 'string', smallImageUrl: 'url', mediumImageUrl: 'url', largeImageUrl: 'url' } },
  user: {
    fields: {
      username: 'string!',
      email: 'string!',
      scrobblingEnabled: 'bool!',
      maxBitRate: 'int!',
      ...(Object.fromEntries(
        'admin settings download upload playlist coverArt comment podcast stream jukebox share videoConversion'
          .split(' ')
          .map(name => [`${name}Role`, 'bool!']),
      ) as Record<string, 'bool!'>),
      folder: ['int'],
    },
  },
  scanStatus: { fields: { scanning: 'bool!', count: 'int!', folderCount: 'int!', lastScan: 'time' } },
  openSubsonicExtensions: { fields: { name: 'string!', versions: ['int'] } },
  podcasts: { fields: { channel: ['Nothing'] } },
  newestPodcasts: { fields: { episode: ['Nothing'] } },
  internetRadioStations: { fields: { internetRadioStation: ['Nothing'] } },
}

/** What each call answers with; null: nothing but that it is done. Calls that send bytes are not here. */
export const answers: Readonly<Record<string, string | null>> = {
  ping: null,
  getLicense: 'license',
  tokenInfo: 'tokenInfo',
  getOpenSubsonicExtensions: 'openSubsonicExtensions',
  getUser: 'user',
  getScanStatus: 'scanStatus',
  startScan: 'scanStatus',
  getPodcasts: 'podcasts',
  getNewestPodcasts: 'newestPodcasts',
  getInternetRadioStations: 'internetRadioStations',
  getMusicFolders: 'musicFolders',
  getIndexes: 'indexes',
  getMusicDirectory: 'directory',
  getGenres: 'genres',
  getArtists: 'artists',
  getArtist: 'artist',
  getAlbum: 'album',
  getSong: 'song',
  getArtistInfo: 'artistInfo',
  getArtistInfo2: 'artistInfo2',
  getAlbumInfo: 'albumInfo',
  getAlbumInfo2: 'albumInfo',
  getAlbumList: 'albumList',
  getAlbumList2: 'albumList2',
  getRandomSongs: 'randomSongs',
  getSongsByGenre: 'songsByGenre',
  getTopSongs: 'topSongs',
  getSimilarSongs: 'similarSongs',
  getSimilarSongs2: 'similarSongs2',
  search: 'searchResult',
  search2: 'searchResult2',
  search3: 'searchResult3',
  star: null,
  unstar: null,
  setRating: null,
  getStarred: 'starred',
  getStarred2: 'starred2',
  scrobble: null,
  getNowPlaying: 'nowPlaying',
  getPlaylists: 'playlists',
  getPlaylist: 'playlist',
  createPlaylist: 'playlist',
  updatePlaylist: null,
  deletePlaylist: null,
  getPlayQueue: 'playQueue',
  savePlayQueue: null,
  getPlayQueueByIndex: 'playQueueByIndex',
  savePlayQueueByIndex: null,
  getBookmarks: 'bookmarks',
  createBookmark: null,
  deleteBookmark: null,
  getShares: 'shares',
  createShare: 'shares',
  updateShare: null,
  deleteShare: null,
  getLyrics: 'lyrics',
  getLyricsBySongId: 'lyricsList',
}
/** Lists at the top of an answer. */
const lists = new Set(['openSubsonicExtensions'])

const scalars: Record<Kind, z.ZodType> = {
  string: z.string(),
  id: z.string().min(1),
  int: z.int(),
  number: z.number(),
  bool: z.boolean(),
  time: z.iso.datetime(),
  rating: z.int().min(1).max(5),
  url: z.url({ protocol: /^https?$/ }),
}
const isKind = (name: string): name is Kind => name in scalars
const known = new Map<string, z.ZodType>()
function shaped(name: string): z.ZodType {
  if (isKind(name)) return scalars[name]
  let made = known.get(name)
  if (made === undefined) {
    const { fields, text } = shapes[name]!
    const inside = Object.entries(fields).map(([field, kind]) => {
      if (typeof kind === 'string') {
        const type = scalars[kind.replace('!', '') as Kind]
        return [field, kind.endsWith('!') ? type : type.optional()] as const
      }
      // A list that is empty is there all the same in JSON, except letters that were not asked for.
      if (Array.isArray(kind))
        return [field, name === 'indexes' ? z.array(shaped(kind[0] as string)).optional() : z.array(shaped(kind[0] as string))] as const
      const one = kind as { of: string; needed?: boolean }
      return [field, one.needed === true ? shaped(one.of) : shaped(one.of).optional()] as const
    })
    const relaxed = name === 'Child' || name === 'Share' || name === 'StructuredLyrics'
    const all = Object.fromEntries(inside.map(([field, type]) => [field, relaxed && type instanceof z.ZodArray ? type.optional() : type]))
    made = z.strictObject({ ...all, ...(text === true ? { value: z.string() } : {}) })
    known.set(name, made)
  }
  return made
}

const envelope = {
  version: z.literal('1.16.1'),
  type: z.literal('planet'),
  serverVersion: z.string().min(1),
  openSubsonic: z.literal(true),
}
/** The JSON schema of a call's answer; of a refusal without a name. */
export function jsonSchema(call?: string): z.ZodType {
  if (call === undefined)
    return z.strictObject({ 'subsonic-response': z.strictObject({ status: z.literal('failed'), ...envelope, error: shaped('error') }) })
  const name = answers[call]
  if (name === undefined) throw new Error(`no schema of ${call}`)
  const inside = name === null ? {} : { [name]: lists.has(name) ? z.array(shaped(name)) : shaped(name) }
  return z.strictObject({ 'subsonic-response': z.strictObject({ status: z.literal('ok'), ...envelope, ...inside }) })
}

const xsdKinds: Record<Kind, string> = {
  string: 'xs:string',
  id: 's:Id',
  int: 'xs:long',
  number: 'xs:double',
  bool: 'xs:boolean',
  time: 'xs:dateTime',
  rating: 's:Rating',
  url: 'xs:anyURI',
}
const xsdType = (name: string): string => (isKind(name) ? xsdKinds[name] : `s:${name}`)
function complexType(name: string, { fields, text, words }: Shape): string {
  const entries = Object.entries(fields)
  const attributes = entries
    .filter(([, kind]) => typeof kind === 'string' && words !== true)
    .map(([field, kind]) => {
      const said = kind as string
      return `<xs:attribute name="${field}" type="${xsdKinds[said.replace('!', '') as Kind]}"${said.endsWith('!') ? ' use="required"' : ''}/>`
    })
    .join('')
  const elements = entries
    .filter(([, kind]) => typeof kind !== 'string' || words === true)
    .map(([field, kind]) => {
      const type =
        typeof kind === 'string' ? kind.replace('!', '') : Array.isArray(kind) ? (kind[0] as string) : (kind as { of: string }).of
      return `<xs:element name="${field}" type="${xsdType(type)}"/>`
    })
    .join('')
  if (text === true)
    return `<xs:complexType name="${name}"><xs:simpleContent><xs:extension base="xs:string">${attributes}</xs:extension></xs:simpleContent></xs:complexType>`
  const inside = elements === '' ? '' : `<xs:choice minOccurs="0" maxOccurs="unbounded">${elements}</xs:choice>`
  return `<xs:complexType name="${name}">${inside}${attributes}</xs:complexType>`
}

/** The XSD of every answer. */
export function xsd(): string {
  const top = [...new Set(['error', ...Object.values(answers).filter(name => name !== null)])]
  return `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="http://subsonic.org/restapi" targetNamespace="http://subsonic.org/restapi" elementFormDefault="qualified">
<xs:simpleType name="Id"><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Rating"><xs:restriction base="xs:int"><xs:minInclusive value="1"/><xs:maxInclusive value="5"/></xs:restriction></xs:simpleType>
${Object.entries(shapes)
  .map(([name, shape]) => complexType(name, shape))
  .join('\n')}
<xs:element name="subsonic-response"><xs:complexType>
<xs:choice minOccurs="0" maxOccurs="unbounded">${top.map(name => `<xs:element name="${name}" type="s:${name}"/>`).join('')}</xs:choice>
<xs:attribute name="status" use="required"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="ok"/><xs:enumeration value="failed"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="version" type="xs:string" fixed="1.16.1" use="required"/>
<xs:attribute name="type" type="xs:string" fixed="planet" use="required"/>
<xs:attribute name="serverVersion" type="s:Id" use="required"/>
<xs:attribute name="openSubsonic" type="xs:boolean" fixed="true" use="required"/>
</xs:complexType></xs:element>
</xs:schema>`
}

/** The answer as XML must say what it says as JSON: scalars as attributes, lists as elements of one name, `value` as text. */
export function sameInXml(json: unknown, xml: unknown): string[] {
  const differences: string[] = []
  const compare = (one: unknown, other: unknown, path: string): void => {
    if (Array.isArray(one)) {
      const list = other === undefined ? [] : Array.isArray(other) ? other : [other]
      if (one.length !== list.length) differences.push(`${path}: ${one.length} in JSON, ${list.length} in XML`)
      else one.forEach((item, i) => compare(item, list[i], `${path}[${i}]`))
    } else if (typeof one === 'object' && one !== null) {
      const there = (typeof other === 'object' && other !== null ? other : { value: other ?? '' }) as Record<string, unknown>
      for (const [name, value] of Object.entries(one)) compare(value, there[name], `${path}.${name}`)
      for (const name of Object.keys(there)) if (!(name in one) && there[name] !== '') differences.push(`${path}.${name}: only in XML`)
    } else {
      const [said, there] = [String(one as string | number | boolean), typeof other === 'string' ? other : '']
      if (said !== there) differences.push(`${path}: ${said} in JSON, ${there} in XML`)
    }
  }
  compare(json, xml, '')
  return differences
}
