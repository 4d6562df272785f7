/** For tests of claiming: a planet with pages nobody owns, claims, and what is refused. */
import { expect } from 'vitest'
import { runChecks } from '../console/index.ts'
import { newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

export const dayMs = 86_400_000
export type Claim = {
  id: string
  view: string
  state: string
  words: string | null
  code: string | null
  beneficiary: { id: string; name: string }
  links: { url: string; looking: boolean; outcome: string | null; foundAt: string | null }[]
  files: { name: string; kind: string; bytes: number; url: string }[]
  filesGone: boolean
  endsAt: string | null
  contestedWhy: string | null
  refusedWhy: string | null
  reason: string | null
  answer: string | null
  objections: { id: string; words: string; mine: boolean; by: { id: string } | null }[]
  rivals: { id: string }[]
  announcedBy: string | null
  barred: string | null
  can: Record<'withdraw' | 'look' | 'announce' | 'refuse' | 'decide', boolean>
}
export type OnPage = {
  free: boolean
  claim: { id: string; state: string; beneficiary: { id: string }; endsAt: string; can: { object: boolean } } | null
  mine: string | null
  objected: string | null
}
export const words = 'I am the singer of this band, and have been since it began.'

export const orphan = (planet: TestPlanet, name = 'Nobody’s Band'): Promise<string> =>
  planet.db.transaction(tx => openPage(tx, { kind: 'artist', name, owner: null }))
export const claim = (who: Person, page: string, more: object = {}): Promise<Claim> =>
  who.call<Claim>('POST', `/pages/${page}/claims`, { id: newId('pgc'), words, ...more })
export const object = (who: Person, id: string, more: object = {}): Promise<Claim> =>
  who.call<Claim>('POST', `/page-claims/${id}/objections`, {
    objection: newId('obj'),
    words: 'They left the band years ago, ask anybody.',
    ...more,
  })
export const announce = (who: Person, id: string): Promise<Claim> => who.call<Claim>('POST', `/console/page-claims/${id}/announce`, {})
export const decide = (who: Person, id: string, grant: boolean): Promise<Claim> =>
  who.call<Claim>('POST', `/console/page-claims/${id}/decide`, { grant, reason: 'For the claimant', answer: 'For the others' })
export const see = (who: Person, id: string): Promise<Claim> => who.call<Claim>('GET', `/page-claims/${id}`)
export const onPage = (who: Person, page: string): Promise<OnPage> => who.call<OnPage>('GET', `/pages/${page}/claim`)
export const ownerOf = async (who: Person, page: string): Promise<{ owner: string | null; verified: boolean }> => {
  const { owner, verified } = await who.call<{ owner: { id: string } | null; verified: boolean }>('GET', `/pages/${page}`)
  return { owner: owner?.id ?? null, verified }
}
/** `409 page_owned`, or `done`. */
export const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string }; message: string }) =>
      error.problem === undefined ? error.message : `${error.status} ${error.problem.code}`,
  )
export async function allHolds(planet: TestPlanet): Promise<void> {
  const found = await runChecks(planet.db.read, checks)
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
}
