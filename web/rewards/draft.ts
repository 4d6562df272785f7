import { fromLocal, toLocal } from '../missions/draft.ts'
import type { DeskReward, Kind } from './queries.ts'

/** A reward as it is typed: all text. Amounts in yuan, times as the browser's zone has them. */
export type Draft = {
  kind: Kind
  title: string
  about: string
  how: string
  points: string
  cost: string
  provider: string
  stock: string
  perPerson: string
  opensAt: string
  closesAt: string
  minLevel: string
  minDays: string
  minAge: string
  regions: string
  codes: 'made' | 'own'
  ownCodes: string
  validDays: string
  event: string
  digital: 'badge' | 'release'
  release: string
  badge: string
  raffleOnly: boolean
}

const textOf = (value: number | null): string => (value === null ? '' : String(value))
const yuan = (fen: string): string => (Number(fen) / 100).toString()
export const fenOf = (text: string): number => Math.max(0, Math.round((Number(text) || 0) * 100))
const countOf = (text: string): number | null => (text.trim() === '' ? null : Math.max(0, Math.floor(Number(text) || 0)))

export const draftOf = (reward: DeskReward | null): Draft => ({
  kind: reward?.kind ?? 'goods',
  title: reward?.title ?? '',
  about: reward?.about ?? '',
  how: reward?.how ?? '',
  points: String(reward?.points ?? 100),
  cost: yuan(reward?.cost ?? '0'),
  provider: reward?.provider?.id ?? '',
  stock: reward === null ? '10' : textOf(reward.stock),
  perPerson: textOf(reward === null ? 1 : reward.perPerson),
  opensAt: toLocal(reward?.opensAt ?? null),
  closesAt: toLocal(reward?.closesAt ?? null),
  minLevel: String(reward?.minLevel ?? 0),
  minDays: String(reward?.minDays ?? 0),
  minAge: String(reward?.minAge ?? 0),
  regions: reward?.regions.join(', ') ?? '',
  codes: reward?.codes ?? 'made',
  ownCodes: '',
  validDays: textOf(reward?.validDays ?? null),
  event: reward?.event?.id ?? '',
  digital: reward?.release ? 'release' : 'badge',
  release: reward?.release?.id ?? '',
  badge: reward?.badge ?? '',
  raffleOnly: reward?.raffleOnly ?? false,
})

/** What is sent: only what its kind has. */
export const givenOf = (draft: Draft) => ({
  kind: draft.kind,
  title: draft.title,
  about: draft.about,
  how: draft.how,
  points: countOf(draft.points) ?? 0,
  cost: String(fenOf(draft.cost)),
  provider: draft.provider === '' ? null : draft.provider,
  stock: draft.kind === 'voucher' && draft.codes === 'own' ? null : countOf(draft.stock),
  perPerson: draft.kind === 'digital' ? null : countOf(draft.perPerson),
  opensAt: fromLocal(draft.opensAt),
  closesAt: fromLocal(draft.closesAt),
  minLevel: countOf(draft.minLevel) ?? 0,
  minDays: countOf(draft.minDays) ?? 0,
  minAge: countOf(draft.minAge) ?? 0,
  regions: draft.regions
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter(Boolean),
  codes: draft.kind === 'voucher' ? draft.codes : null,
  validDays: draft.kind === 'voucher' && draft.codes === 'made' ? countOf(draft.validDays) : null,
  event: draft.kind === 'ticket' && draft.event !== '' ? draft.event : null,
  release: draft.kind === 'digital' && draft.digital === 'release' && draft.release !== '' ? draft.release : null,
  badge: draft.kind === 'digital' && draft.digital === 'badge' && draft.badge !== '' ? draft.badge : null,
  raffleOnly: draft.raffleOnly,
})

/** What so many points are worth in fen; null: the group has no budget yet. */
export const worthFen = (points: string, perUnit: number | null): number | null =>
  perUnit === null ? null : Math.ceil(((countOf(points) ?? 0) * 100) / perUnit)
