import type { Named } from './mentions.ts'
import type { Clip, Music, Picture } from './post.ts'

export type PollDraft = { question: string; options: string[]; many: boolean; days: number }
export type Draft = {
  text: string
  named: Named
  pictures: Picture[]
  clip: Clip | null
  poll: PollDraft | null
  music: Music | null
  at: number
}
export const emptyDraft: Draft = { text: '', named: {}, pictures: [], clip: null, poll: null, music: null, at: 0 }
export const emptyPoll: PollDraft = { question: '', options: ['', ''], many: false, days: 3 }

export const isEmpty = (draft: Draft): boolean =>
  draft.text.trim() === '' && draft.pictures.length === 0 && !draft.clip && !draft.poll && !draft.music

const prefix = 'planet.post.'
/** Drafts of so many places are kept, those written in last. */
const most = 12

/** What someone began to write for a group or page and has not posted, kept on this device. */
export function draftOf(place: string): Draft {
  try {
    const found = JSON.parse(localStorage.getItem(prefix + place) ?? 'null') as Partial<Draft> | null
    return found && typeof found.text === 'string' && Array.isArray(found.pictures) ? { ...emptyDraft, ...found } : emptyDraft
  } catch {
    return emptyDraft
  }
}

export function keepDraft(place: string, draft: Draft): void {
  try {
    if (isEmpty(draft)) return localStorage.removeItem(prefix + place)
    const others = Object.keys(localStorage).filter(key => key.startsWith(prefix) && key !== prefix + place)
    const aged = others.map(key => ({ key, at: draftOf(key.slice(prefix.length)).at })).sort((a, b) => a.at - b.at)
    for (const { key } of aged.slice(0, Math.max(0, others.length - most + 1))) localStorage.removeItem(key)
    localStorage.setItem(prefix + place, JSON.stringify({ ...draft, at: Date.now() }))
  } catch {
    // Storage is full or forbidden: the draft then lives as long as the page.
  }
}

export const dropDraft = (place: string): void => {
  try {
    localStorage.removeItem(prefix + place)
  } catch {
    // Nothing was kept either.
  }
}
