/** The text of a split sheet: what the parties sign. Its form never changes, so that anyone can compute the hash again. Pure. */
import { createHash } from 'node:crypto'

export type SheetText = {
  subject: string
  title: string
  kind: 'work' | 'master'
  version: number
  note: string
  parties: readonly { party: string; name: string; role: string; shareBp: number }[]
}

/** `33.33`: basis points as a percentage with two decimals. */
const percent = (shareBp: number): string => `${Math.floor(shareBp / 100)}.${String(shareBp % 100).padStart(2, '0')}`

/** Lines in a fixed order, parties by id, so that the same agreement always has the same text. */
export function sheetText(sheet: SheetText): string {
  const parties = [...sheet.parties].sort((a, b) => (a.party < b.party ? -1 : 1))
  return [
    'Planet split sheet',
    `subject: ${sheet.subject}`,
    `title: ${sheet.title}`,
    `kind: ${sheet.kind}`,
    `version: ${sheet.version}`,
    ...parties.map(({ party, name, role, shareBp }) => `${percent(shareBp)} % ${party} ${name} (${role})`),
    ...(sheet.note === '' ? [] : ['note:', sheet.note]),
    '',
  ].join('\n')
}

/** SHA-256 (hex) of the text in UTF-8. */
export const sheetHash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
