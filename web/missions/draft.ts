import type { Api } from '../../shared/api.ts'
import { newClientId } from '../ids.ts'
import type { Words } from '../i18n/use.tsx'
import type { DeskMission } from './queries.ts'

type Given = Api['POST /missions']['input']
/** What the editor holds: all that a mission is, but whose it is. */
export type Draft = Required<Omit<Given, 'group'>>
type Page = { id: string; name: string } | null

export const blank = (page: Page): Draft => ({
  id: newClientId('msn'),
  event: 'listen_minutes',
  nameZh: '',
  nameEn: '',
  noteZh: '',
  noteEn: '',
  target: 30,
  points: 10,
  dayCap: null,
  every: 'daily',
  startsAt: null,
  endsAt: null,
  level: 1,
  memberDays: 0,
  page: page?.id ?? null,
  release: null,
  language: null,
  kind: null,
  happening: null,
  partner: null,
})

export function templates(t: Words, page: Page): Draft[] {
  const names = t.missions.template
  const plain = { ...blank(page), page: null }
  return [
    { ...blank(page), ...names.listen },
    { ...plain, ...names.checkIn, event: 'check_in', every: 'weekly', target: 5, points: 10 },
    { ...plain, ...names.lyric, event: 'lyric', every: 'once', kind: 'translation', target: 1, points: 50 },
    { ...plain, ...names.attend, event: 'attend', every: 'monthly', target: 1, points: 50 },
    { ...plain, ...names.proof, event: 'proof', every: 'once', target: 1, points: 30 },
    { ...blank(page), ...names.outside, event: 'outside_listens', every: 'weekly', target: 20, dayCap: 5, points: 10 },
  ].map(draft => ({ ...draft, id: newClientId('msn') }) as Draft)
}

/** The same once more, as a new draft without its times. */
export const asDraft = (mission: DeskMission): Draft => ({
  id: newClientId('msn'),
  event: mission.event,
  nameZh: mission.nameZh,
  nameEn: mission.nameEn,
  noteZh: mission.noteZh,
  noteEn: mission.noteEn,
  target: mission.target,
  points: mission.points,
  dayCap: mission.dayCap,
  every: mission.every,
  startsAt: null,
  endsAt: null,
  level: mission.level,
  memberDays: mission.memberDays,
  page: mission.page?.id ?? null,
  release: mission.release?.id ?? null,
  language: mission.language,
  kind: mission.kind,
  happening: mission.happening?.id ?? null,
  partner: mission.partner?.id ?? null,
})

/** What a kind of mission does not know of is left out; counts stay within what makes sense. */
export function fitted(draft: Draft): Draft {
  const listens = draft.event === 'listen_minutes' || draft.event === 'outside_listens'
  return {
    ...draft,
    target: draft.event === 'check_in' && draft.every === 'daily' ? 1 : draft.target,
    page: listens ? draft.page : null,
    release: listens ? draft.release : null,
    language: draft.event === 'lyric' ? draft.language : null,
    kind: draft.event === 'lyric' ? draft.kind : null,
    happening: draft.event === 'attend' ? draft.happening : null,
    partner: draft.event === 'partner_call' ? draft.partner : null,
    dayCap: draft.event === 'check_in' ? null : draft.dayCap,
  }
}

/** A moment as a field of the browser writes it, in its own zone; and back. */
export function toLocal(iso: string | null): string {
  if (iso === null) return ''
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
export const fromLocal = (text: string): string | null => (text === '' ? null : new Date(text).toISOString())
