/**
 * XML as words files have it, read strictly and without anything that has ever hurt a reader of XML: no document type (so no entities of one's own and nothing from
 * outside), only the five entities every XML has and characters by number; depth and size have ends. Prefixes are dropped from names of elements.
 */
import { TimedFault } from './model.ts'

export type XmlElement = { name: string; attributes: Record<string, string>; children: (XmlElement | string)[] }

const deepest = 40
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const nameAt = /[A-Za-z_\u00c0-\uffff][\w.:\-\u00b7-\uffff]*/y
const attributeAt = /\s+([A-Za-z_\u00c0-\uffff][\w.:\-\u00b7-\uffff]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y

/** Line (from 1) of a place in the text. */
export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** The root of a document. Throws TimedFault: `doctype` or `bad_xml`, with the line. */
export function readXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] }
  const open = [root]
  let at = 0
  const broken = (place = at): TimedFault => new TimedFault('bad_xml', lineOf(text, place))
  const plain = (raw: string, place: number): string =>
    raw.replace(
      /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));|&/gi,
      (_all, hex: string | undefined, number: string | undefined, name: string | undefined) => {
        const code = hex !== undefined ? Number.parseInt(hex, 16) : number !== undefined ? Number(number) : undefined
        if (code !== undefined) {
          if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw broken(place)
          return String.fromCodePoint(code)
        }
        const letter = name === undefined ? undefined : named[name]
        if (letter === undefined) throw broken(place)
        return letter
      },
    )
  const past = (end: string): string => {
    const to = text.indexOf(end, at)
    if (to < 0) throw broken()
    const inside = text.slice(at, to)
    at = to + end.length
    return inside
  }
  while (at < text.length) {
    const parent = open.at(-1)!
    const next = text.indexOf('<', at)
    const between = text.slice(at, next < 0 ? text.length : next)
    if (between !== '') {
      if (open.length > 1) parent.children.push(plain(between, at))
      else if (between.trim() !== '') throw broken()
    }
    if (next < 0) break
    at = next
    if (text.startsWith('<!--', at)) {
      at += 4
      past('-->')
    } else if (text.startsWith('<![CDATA[', at) && open.length > 1) {
      at += 9
      parent.children.push(past(']]>'))
    } else if (text.startsWith('<!', at)) throw new TimedFault('doctype', lineOf(text, at))
    else if (text.startsWith('<?', at)) past('?>')
    else if (text.startsWith('</', at)) {
      at += 2
      const name = past('>').trimEnd()
      if (open.length === 1 || local(name) !== parent.name) throw broken(next)
      open.pop()
    } else {
      nameAt.lastIndex = at + 1
      const name = nameAt.exec(text)?.[0]
      if (name === undefined || open.length > deepest || (open.length === 1 && root.children.length > 0)) throw broken()
      at += 1 + name.length
      const attributes: Record<string, string> = {}
      for (;;) {
        attributeAt.lastIndex = at
        const match = attributeAt.exec(text)
        if (match === null) break
        if (Object.hasOwn(attributes, match[1]!)) throw broken()
        attributes[match[1]!] = plain(match[2] ?? match[3] ?? '', at)
        at += match[0].length
      }
      const end = /\s*(\/?)>/y
      end.lastIndex = at
      const closing = end.exec(text)
      if (closing === null) throw broken()
      at += closing[0].length
      const element = { name: local(name), attributes, children: [] }
      parent.children.push(element)
      if (closing[1] === '') open.push(element)
    }
  }
  const first = root.children[0]
  if (open.length > 1 || first === undefined || typeof first === 'string') throw broken(text.length)
  return first
}
const local = (name: string): string => name.slice(name.indexOf(':') + 1)

export const elements = (parent: XmlElement, name?: string): XmlElement[] =>
  parent.children.filter((child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name))
/** All elements of a name below, in order. */
export const below = (parent: XmlElement, name: string): XmlElement[] =>
  elements(parent).flatMap(child => [...(child.name === name ? [child] : []), ...below(child, name)])
/** An attribute by its name without prefix. */
export function attribute(element: XmlElement, name: string): string | undefined {
  const key = Object.keys(element.attributes).find(one => one === name || (one.endsWith(`:${name}`) && !one.startsWith('xmlns:')))
  return key === undefined ? undefined : element.attributes[key]
}
export const textOf = (element: XmlElement): string =>
  element.children.map(child => (typeof child === 'string' ? child : textOf(child))).join('')

/** Text inside an element or attribute; letters that XML cannot hold are left out. */
export const escapeXml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
