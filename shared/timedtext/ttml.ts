/**
 * TTML as Apple and the makers of word-timed lyrics write it: `p` is a line, `span` with begin and end a word, all times from the start of the sound; translations and
 * transliterations in the head (`for` a line's key) or as spans with a role inside the line; `ttm:agent` who sings; voices behind (`x-bg`) become lines of their own.
 */
import {
  mostLineLength,
  mostLines,
  mostMs,
  mostWords,
  plainLine,
  settle,
  TimedFault,
  type TimedLine,
  type TimedTags,
  type TimedWord,
} from './model.ts'
import { attribute, below, elements, escapeXml, readXml, textOf, type XmlElement } from './xml.ts'

export type TtmlText = { language: string | null; translationLanguage: string | null; tags: TimedTags; lines: TimedLine[] }

const time = /^(?:(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d)(\.\d+)?|(\d+(?:\.\d+)?)(h|m|s|ms)?)$/
const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
/** ms of `01:02.345`, `1:02:03`, `62.345`, `62.345s`, `1500ms`; undefined for anything else. */
export function ttmlMs(text: string | undefined): number | undefined {
  const match = time.exec(text?.trim() ?? '')
  if (match === null) return undefined
  const ms =
    match[5] !== undefined
      ? Number(match[5]) * units[match[6] ?? 's']!
      : Number(match[1] ?? 0) * 3_600_000 + Number(match[2]) * 60_000 + Number(match[3]) * 1000 + Number(match[4] ?? 0) * 1000
  return ms > mostMs ? undefined : Math.round(ms)
}

type Line = TimedLine & { key: string | null }
type Found = {
  words: TimedWord[]
  text: string
  translation: string | null
  translationLanguage: string | null
  romanisation: string | null
  behind: XmlElement[]
}

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim()

function timesOf(element: XmlElement, number: number): { startMs: number; endMs: number } | undefined {
  const said = (name: string): number | undefined => {
    const text = attribute(element, name)
    const ms = ttmlMs(text)
    if (text !== undefined && ms === undefined) throw new TimedFault('bad_time', number)
    return ms
  }
  const begin = said('begin')
  const end = said('end')
  const duration = said('dur')
  if (begin === undefined) return undefined
  return { startMs: begin, endMs: end ?? (duration === undefined ? -1 : begin + duration) }
}

/** What is inside a line: timed words, and what stands beside them. */
function inside(element: XmlElement, number: number, found: Found): Found {
  for (const child of element.children) {
    if (typeof child === 'string') {
      // Blanks with a line break come from laying out the file, not from the song.
      const text = /^\s*$/.test(child) ? (child.includes('\n') ? '' : child === '' ? '' : ' ') : child.replace(/\s+/g, ' ')
      found.text += text
      const last = found.words.at(-1)
      if (last !== undefined) last.text += text
      else if (text.trim() !== '' && elements(element, 'span').some(span => attribute(span, 'begin') !== undefined))
        found.words.push({ text: text.trimStart(), startMs: 0, endMs: -1 })
      continue
    }
    const role = attribute(child, 'role')
    if (child.name === 'br') {
      found.text += ' '
      const last = found.words.at(-1)
      if (last !== undefined) last.text += ' '
    } else if (child.name === 'metadata') continue
    else if (role === 'x-translation') {
      found.translation ??= squeeze(textOf(child)) || null
      found.translationLanguage ??= attribute(child, 'lang') ?? null
    } else if (role === 'x-roman') found.romanisation ??= squeeze(textOf(child)) || null
    else if (role === 'x-bg') found.behind.push(child)
    else {
      const times = timesOf(child, number)
      const deeper = elements(child, 'span').some(span => attribute(span, 'begin') !== undefined)
      if (times === undefined || deeper) inside(child, number, found)
      else {
        const text = textOf(child).replace(/\s+/g, ' ')
        found.text += text
        // A blank with a time of its own is still a blank.
        if (text.trim() === '' && found.words.length > 0) found.words.at(-1)!.text += text
        else found.words.push({ text, ...times })
      }
    }
  }
  return found
}

function lineFrom(
  element: XmlElement,
  number: number,
  agent: string | null,
  key: string | null,
  byWord: boolean,
): { lines: Line[]; language: string | null } {
  const found = inside(element, number, {
    words: [],
    text: '',
    translation: null,
    translationLanguage: null,
    romanisation: null,
    behind: [],
  })
  const times = timesOf(element, number)
  const { words } = found
  if (words.length > 0) {
    words[0]!.text = words[0]!.text.trimStart()
    words.at(-1)!.text = words.at(-1)!.text.trimEnd()
    if (words[0]!.startMs === 0 && words[0]!.endMs === -1) words[0]!.startMs = times?.startMs ?? 0
  }
  const sounded = words.filter(word => word.text !== '')
  const text = words.length > 0 ? sounded.map(word => word.text).join('') : squeeze(found.text)
  if (text.length > mostLineLength || words.length > mostWords) throw new TimedFault('line_too_long', number)
  const first = sounded[0]?.startMs
  const start = times?.startMs ?? first
  const line: Line = {
    ...plainLine(text),
    startMs: start === undefined ? 0 : Math.min(start, first ?? start),
    endMs: start === undefined ? 0 : (times?.endMs ?? -1),
    translation: found.translation,
    romanisation: found.romanisation,
    agent,
    words: byWord && start !== undefined ? sounded : [],
    key,
  }
  const behind = found.behind.flatMap(one => lineFrom(one, number, 'bg', null, byWord).lines)
  return { lines: [...(text === '' ? [] : [line]), ...behind], language: found.translationLanguage }
}

/** Reads TTML. Throws TimedFault with the line of the file (XML) or the number of the line sung (times). */
export function readTtml(source: string): TtmlText {
  const root = readXml(source)
  if (root.name !== 'tt') throw new TimedFault('not_ttml', 1)
  const tags: TimedTags = {}
  const head = elements(root, 'head')
  const say = (name: keyof TimedTags, value: string | undefined): void => {
    const text = squeeze(value ?? '').slice(0, 200)
    if (text !== '' && tags[name] === undefined) tags[name] = text
  }
  const metas: Record<string, keyof TimedTags> = { musicName: 'title', artists: 'artist', album: 'album', ttmlAuthorGithubLogin: 'by' }
  for (const one of head) {
    say('title', below(one, 'title').map(textOf)[0])
    for (const meta of below(one, 'meta')) {
      const name = metas[attribute(meta, 'key') ?? '']
      if (name !== undefined) say(name, attribute(meta, 'value'))
    }
    for (const item of below(one, 'item')) {
      const name = attribute(item, 'name')
      if (name === 'artist' || name === 'album' || name === 'by') say(name, textOf(item))
    }
  }
  const paragraphs: { element: XmlElement; agent: string | null }[] = []
  const walk = (element: XmlElement, above: string | null): void => {
    for (const child of elements(element)) {
      const agent = attribute(child, 'agent') ?? above
      if (child.name === 'p') paragraphs.push({ element: child, agent })
      else if (child.name === 'div' || child.name === 'body') walk(child, agent)
    }
  }
  walk(root, null)
  if (paragraphs.length > mostLines) throw new TimedFault('too_many_lines', mostLines)
  const byWord = (attribute(root, 'timing') ?? 'Word').toLowerCase() === 'word'
  const several = new Set(paragraphs.map(({ agent }) => agent)).size > 1
  let translationLanguage: string | null = null
  const lines = paragraphs.flatMap(({ element, agent }, i) => {
    // Where one sings alone, that it is the first of them says nothing.
    const who = !several && agent === 'v1' ? null : agent
    const { lines: found, language } = lineFrom(element, i + 1, who, attribute(element, 'key') ?? null, byWord)
    translationLanguage ??= language
    return found
  })
  const byKey = new Map(lines.flatMap(line => (line.key === null ? [] : [[line.key, line] as const])))
  const lay = (blocks: XmlElement[], kind: 'translation' | 'romanisation'): string | null => {
    const block = blocks.find(one => elements(one, 'text').length > 0)
    if (block === undefined) return null
    for (const text of elements(block, 'text')) {
      const line = byKey.get(attribute(text, 'for') ?? '')
      if (line !== undefined) line[kind] = squeeze(textOf(text)).slice(0, mostLineLength) || line[kind]
    }
    return attribute(block, 'lang') ?? null
  }
  translationLanguage =
    lay(
      head.flatMap(one => below(one, 'translation')),
      'translation',
    ) ?? translationLanguage
  lay(
    head.flatMap(one => below(one, 'transliteration')),
    'romanisation',
  )
  const timed = lines.some(line => line.endMs !== 0)
  const bare = lines.map(({ key: _key, ...line }) => line)
  return { language: attribute(root, 'lang')?.trim() || null, translationLanguage, tags, lines: timed ? settle(bare) : bare }
}

const stamp = (ms: number): string => {
  const rest = `${String(Math.floor(ms / 60_000) % 60).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(ms % 1000).padStart(3, '0')}`
  return ms < 3_600_000 ? rest : `${String(Math.floor(ms / 3_600_000)).padStart(2, '0')}:${rest}`
}
const times = ({ startMs, endMs }: { startMs: number; endMs: number }): string => ` begin="${stamp(startMs)}" end="${stamp(endMs)}"`

/** The lines as TTML, which `readTtml` reads back to the same lines. Blanks stand between the spans, as Apple has them. */
export function writeTtml(lines: readonly TimedLine[], tags: TimedTags = {}): string {
  const byWord = lines.some(line => line.words.length > 0)
  const timed = lines.some(line => line.endMs > 0)
  const language = tags.language ?? 'und'
  const agents = [...new Set(lines.map(line => line.agent ?? 'v1'))].filter(agent => agent !== 'bg').sort()
  const beside = (kind: 'translation' | 'romanisation'): string =>
    lines.map((line, i) => (line[kind] === null ? '' : `<text for="L${i + 1}">${escapeXml(line[kind])}</text>`)).join('')
  const translations = beside('translation')
  const romanisations = beside('romanisation')
  const item = (name: 'artist' | 'album' | 'by'): string =>
    tags[name] === undefined ? '' : `<ttm:item name="${name}">${escapeXml(tags[name])}</ttm:item>`
  const body = lines.map((line, i) => {
    const words = line.words.map(word => {
      const text = word.text.trim()
      const gap = word.text.slice(word.text.trimEnd().length) === '' ? '' : ' '
      return `${/^\s/.test(word.text) ? ' ' : ''}<span${times(word)}>${escapeXml(text)}</span>${gap}`
    })
    return `<p${timed ? times(line) : ''} itunes:key="L${i + 1}" ttm:agent="${escapeXml(line.agent ?? 'v1')}">${words.length > 0 ? words.join('') : escapeXml(line.text)}</p>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:itunes="http://music.apple.com/lyric-ttml-internal"',
    ` itunes:timing="${byWord ? 'Word' : timed ? 'Line' : 'None'}" xml:lang="${escapeXml(language)}"><head><metadata>`,
    tags.title === undefined ? '' : `<ttm:title>${escapeXml(tags.title)}</ttm:title>`,
    ...agents.map(agent => `<ttm:agent type="person" xml:id="${escapeXml(agent)}"/>`),
    item('artist'),
    item('album'),
    item('by'),
    translations + romanisations === '' ? '' : '<iTunesMetadata xmlns="http://music.apple.com/lyric-ttml-internal">',
    translations === ''
      ? ''
      : `<translations><translation type="subtitle" xml:lang="${escapeXml(tags.translationLanguage ?? 'und')}">${translations}</translation></translations>`,
    romanisations === ''
      ? ''
      : `<transliterations><transliteration xml:lang="${escapeXml(language.split('-')[0]!)}-Latn">${romanisations}</transliteration></transliterations>`,
    translations + romanisations === '' ? '' : '</iTunesMetadata>',
    `</metadata></head><body${timed ? ` dur="${stamp(Math.max(0, ...lines.map(line => line.endMs)))}"` : ''}><div>`,
    ...body,
    '</div></body></tt>\n',
  ].join('')
}
