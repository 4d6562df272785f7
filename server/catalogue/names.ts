/** What names of artists, files and folders say. Pure. */
/** Lower case, compatible forms as one, no marks, everything that is neither letter nor digit a single space. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

export type ArtistName = { name: string; role: 'main' | 'featured' }

const featuring = /\s*[([]?\s*\b(?:feat|ft|featuring)\b\.?\s+/i
// "&", "and" and "," stay: they stand inside one name as often as between two.
const between = /\s*;\s*|\s+\/\s+|\s*、\s*|\s+\+\s+|\s*\u0000\s*/

const split = (text: string): string[] =>
  text
    .split(between)
    .map(name => name.trim())
    .filter(name => fold(name) !== '')

/** "A feat. B; C" → A (main), B and C (featured); each name once. A list of several tags is taken as it is, but for the "feat." in it. */
export function artistsOf(tags: readonly string[]): ArtistName[] {
  const found = new Map<string, ArtistName>()
  for (const tag of tags) {
    const [main = '', ...guests] = tag.split(featuring)
    // With several tags each is one name already.
    const mains = tags.length > 1 ? [main.trim()].filter(name => fold(name) !== '') : split(main)
    for (const name of mains) if (!found.has(fold(name))) found.set(fold(name), { name, role: 'main' })
    for (const name of guests.flatMap(guest => split(guest.replace(/[)\]]\s*$/, ''))))
      if (!found.has(fold(name))) found.set(fold(name), { name, role: 'featured' })
  }
  return [...found.values()]
}

/** Guests named in a title: "Song (feat. B)". The title itself stays as written. */
export function guestsIn(title: string): ArtistName[] {
  const match = /[([]\s*(?:feat|ft|featuring)\b\.?\s+([^)\]]+)[)\]]/i.exec(title)
  return match === null ? [] : split(match[1]!.replaceAll(/\s+&\s+/g, ';')).map(name => ({ name, role: 'featured' as const }))
}

const variousNames = new Set(['various artists', 'various', 'va', 'v a', '群星', '合辑', '合輯', '众艺人', '眾藝人'])
export const isVarious = (name: string): boolean => variousNames.has(fold(name))

export type FileName = { title: string; artist: string | null; disc: number | null; number: number | null }

const tidy = (text: string): string => (/\s/.test(text) ? text : text.replaceAll('_', ' ')).replaceAll(/\s+/g, ' ').trim()

/** "01 - Title.mp3", "1-02 Title", "03. Artist - Title", "Artist - Title", "Title". Underscores are spaces where no space is. */
export function readFileName(file: string): FileName {
  const bare = tidy(file.replace(/\.[a-z0-9]{1,5}$/i, ''))
  const match = /^(?:(\d)[-.](?=\d))?(\d{1,3})(?:\s*[-–.)_]\s*|\s+)(?=\S*\p{L})(.+)$/u.exec(bare)
  const rest = match === null ? bare : match[3]!.trim()
  const parts = rest.split(/\s+[-–—]\s+/)
  const [artist, title] = parts.length === 2 ? [parts[0]!, parts[1]!] : [null, rest]
  return {
    title: title === '' ? bare || 'Untitled' : title,
    artist,
    disc: match?.[1] === undefined ? null : Number(match[1]),
    number: match === null ? null : Number(match[2]) || null,
  }
}

export type FolderName = { album: string; artist: string | null; date: string | null }

/** "Artist - 2008 - Album", "2008 - Album", "Artist - Album (2008)", "[2008] Album", "Album". */
export function readFolderName(folder: string): FolderName {
  let rest = tidy(folder)
  let date: string | null = null
  const year = /^[([]?((?:19|20)\d\d)[)\]]?\s*[-–.]?\s+(.+)$/.exec(rest) ?? /^(.+?)\s*[([]((?:19|20)\d\d)[)\]]\s*$/.exec(rest)
  if (year !== null) {
    date = /^\d{4}$/.test(year[1]!) ? year[1]! : year[2]!
    rest = (date === year[1] ? year[2]! : year[1]!).trim()
  }
  const parts = rest.split(/\s+[-–—]\s+/)
  if (parts.length === 3 && /^(19|20)\d\d$/.test(parts[1]!)) return { artist: parts[0]!, date: parts[1]!, album: parts[2]! }
  if (parts.length === 2) return { artist: parts[0]!, date, album: parts[1]! }
  return { artist: null, date, album: rest || folder }
}

/** "CD1", "Disc 2", "光盘3" → its number: such a folder is part of the one above it. */
export function discFolder(name: string): number | null {
  const match = /^(?:cd|dis[ck]|光盘|光碟|碟)\s*[-_.]?\s*(\d{1,2})\b/i.exec(name)
  return match === null ? null : Number(match[1]) || null
}

const plainFolders = new Set([
  'music',
  'audio',
  'songs',
  'sounds',
  'media',
  'albums',
  'album',
  'files',
  'data',
  'downloads',
  'download',
  'share',
  'tmp',
  'home',
  'mnt',
  'srv',
  'var',
  'root',
  'users',
  'library',
  'uploads',
  '音乐',
  '歌曲',
  '下载',
])
/** Folders whose name says only that something is in them. */
export const isPlainFolder = (name: string): boolean => plainFolders.has(fold(name))
