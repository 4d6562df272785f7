import type { QueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'
import type { LocaleName } from '../i18n/use.tsx'

export type Missions = Ok<'GET /groups/:id/missions'>
export type Mission = Missions['items'][number]
export type CheckIns = Missions['checkIns']
export type Desk = Ok<'GET /groups/:id/missions/desk'>
export type DeskMission = Desk['items'][number]
export type Proof = Ok<'GET /groups/:id/proofs'>['items'][number]
export type Partner = Ok<'GET /groups/:id/partners'>['items'][number]
export type EventKind = Mission['event']

/** A group by id or handle, as its page was opened. */
export const missionsQuery = (group: string) => read('GET /groups/:id/missions', { id: group })
export const deskQuery = (group: string) => read('GET /groups/:id/missions/desk', { id: group })
export const partnersQuery = (group: string) => read('GET /groups/:id/partners', { id: group })

export const refreshMissions = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => /^GET \/(?:groups\/:id\/(?:missions|proofs|partners)|missions)/.test(String(queryKey[0])),
  })

type Named = { nameZh: string; nameEn: string }
export const nameOf = ({ nameZh, nameEn }: Named, locale: LocaleName): string => (locale === 'zh' ? nameZh || nameEn : nameEn || nameZh)
type Noted = { noteZh: string; noteEn: string }
export const noteOf = ({ noteZh, noteEn }: Noted, locale: LocaleName): string => (locale === 'zh' ? noteZh || noteEn : noteEn || noteZh)

/** 0 … 1 of the target. */
export const shareOf = (mission: Pick<Mission, 'target' | 'progress'>): number =>
  mission.progress === null ? 0 : mission.progress.done ? 1 : Math.min(1, mission.progress.amount / mission.target)
