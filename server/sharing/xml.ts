/** Writes XML: elements with attributes, everything escaped. Undefined is left out. */
import { escapeXml } from '../../shared/timedtext/xml.ts'

export type Markup = { markup: string }
type Inner = string | number | Markup | undefined | readonly (Markup | undefined)[]

const insideOf = (inner: Inner): string =>
  inner === undefined
    ? ''
    : typeof inner === 'string' || typeof inner === 'number'
      ? escapeXml(String(inner))
      : 'markup' in inner
        ? inner.markup
        : inner.map(one => one?.markup ?? '').join('')

export function element(name: string, inner?: Inner, attributes: Record<string, string | number | undefined> = {}): Markup {
  const said = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escapeXml(String(value))}"`]))
  const inside = insideOf(inner)
  return { markup: inside === '' ? `<${name}${said.join('')}/>` : `<${name}${said.join('')}>${inside}</${name}>` }
}

export const document = (root: Markup): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}`
