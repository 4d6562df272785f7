import type { Part } from './post.ts'

/** Who was named, by the name that stands in the text: `Lin Shen` → `pag_…`. */
export type Named = Record<string, string>

/** What someone sees while writing (`@Lin Shen`) as it is sent (`@pag_…`); the longest name first, so that “Lin” does not cut “Lin Shen”. */
export function toWire(text: string, named: Named): string {
  const names = Object.keys(named).toSorted((a, b) => b.length - a.length)
  if (names.length === 0) return text
  const one = new RegExp(`@(${names.map(name => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gu')
  return text.replace(one, (_all, name: string) => `@${named[name]!}`)
}

/** A post's text for changing it: names instead of ids, and who they are. */
export function toDraft(parts: readonly Part[]): { text: string; named: Named } {
  const named: Named = {}
  let text = ''
  for (const part of parts) {
    const bare = part.text.replace(/^[@#]/, '')
    if (part.kind === 'mention' && part.id) {
      named[bare] = part.id
      text += `@${bare}`
    } else text += part.kind === 'tag' ? `#${bare}` : part.text
  }
  return { text, named }
}

/** The name being typed before the cursor: where its @ stands and what was typed behind it. An @ inside a word (an e-mail address) is none. */
export function askedAt(text: string, cursor: number): { from: number; q: string } | null {
  const before = text.slice(0, cursor)
  const from = before.lastIndexOf('@')
  if (from < 0 || (from > 0 && /[\w.]/.test(before[from - 1]!))) return null
  const q = before.slice(from + 1)
  return q.length > 30 || /[\n@,，。!?！？]|\s\s|\s$/.test(q) ? null : { from, q }
}

/** The text with the chosen name in place of what was typed, and where the cursor stands then. */
export function putName(text: string, from: number, cursor: number, name: string): { text: string; cursor: number } {
  const rest = text.slice(cursor)
  const put = `@${name}${/^\s/.test(rest) ? '' : ' '}`
  return { text: text.slice(0, from) + put + rest, cursor: from + put.length + (/^\s/.test(rest) ? 1 : 0) }
}
