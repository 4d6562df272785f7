/** A claim as its claimant, staff, or somebody who objected may see it. What proves it is for the first two alone; who objected is told to staff alone. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { can, isStaff, lookLostMs, partyTo, type Barred } from './policy.ts'
import { filesOf, linksOf, readClaim, type ClaimRow, type FileRow, type LinkRow } from './store.ts'
import { objectionsOf, openOf, type ObjectionRow, type RivalRow } from './store-objections.ts'
import type { PageClaim } from './words.ts'

type View = PageClaim['view']
/** How this viewer sees it; null: not at all. */
export const viewOf = (row: ClaimRow, viewer: Viewer): View | null =>
  row.person === viewer.id ? 'claimant' : isStaff(viewer) ? 'staff' : row.viewerObjected ? 'objector' : null

/** Asked, and nothing was noted since: a look that says nothing for long was lost. */
export const isLooking = ({ askedAt, lookedAt }: Pick<LinkRow, 'askedAt' | 'lookedAt'>, now: Date): boolean =>
  askedAt !== null && (lookedAt === null || lookedAt < askedAt) && now.getTime() - askedAt.getTime() < lookLostMs

const linkOf = (row: LinkRow, now: Date): PageClaim['links'][number] => ({
  url: row.url,
  looking: isLooking(row, now),
  outcome: row.outcome,
  lookedAt: row.lookedAt,
  foundAt: row.foundAt,
})
const fileOf = (row: FileRow): PageClaim['files'][number] => ({
  name: row.name,
  kind: row.kind,
  bytes: row.bytes,
  url: `/api/v1/page-claims/${row.claim}/files/${row.place}`,
})
const objectionOf = (row: ObjectionRow, viewer: Viewer, named: boolean): PageClaim['objections'][number] => ({
  id: row.id,
  words: row.words,
  links: row.links,
  at: row.at,
  mine: row.person === viewer.id,
  by: named || row.person === viewer.id ? { id: row.person, name: row.personName } : null,
})
export const pageOfRow = (row: Pick<ClaimRow, 'page' | 'pageName' | 'pageHandle' | 'pagePicture'>): PageClaim['page'] => ({
  id: row.page,
  name: row.pageName,
  handle: row.pageHandle,
  picture: pictureAddress(row.pagePicture),
})
function barredFrom(row: ClaimRow, viewer: Viewer): Barred | null {
  if (!isStaff(viewer)) return null
  return partyTo(row, viewer) ?? (row.state === 'contested' && row.announcedBy === viewer.id ? 'announced' : null)
}

type Beside = { links: LinkRow[]; files: FileRow[]; objections: ObjectionRow[]; rivals: RivalRow[] }
function shown(row: ClaimRow, view: View, viewer: Viewer, beside: Beside, now: Date): PageClaim {
  const [whole, staff] = [view !== 'objector', view === 'staff']
  return {
    id: row.id,
    view,
    page: pageOfRow(row),
    beneficiary: { id: row.beneficiary, name: row.beneficiaryName },
    person: whole ? { id: row.person, name: row.personName } : null,
    state: row.state,
    words: whole ? row.words : null,
    links: whole ? beside.links.map(link => linkOf(link, now)) : [],
    files: whole && row.filesGoneAt === null ? beside.files.map(fileOf) : [],
    filesGone: row.filesGoneAt !== null,
    code: whole ? row.code : null,
    at: row.at,
    announcedAt: row.announcedAt,
    endsAt: row.endsAt,
    contestedAt: row.contestedAt,
    contestedWhy: row.contestedWhy,
    closedAt: row.closedAt,
    refusedWhy: row.refusedWhy,
    reason: whole ? row.reason : null,
    answer: view === 'claimant' ? null : row.answer,
    objections: beside.objections.filter(one => whole || one.person === viewer.id).map(one => objectionOf(one, viewer, staff)),
    rivals: staff
      ? beside.rivals.map(one => ({ id: one.id, beneficiary: { id: one.beneficiary, name: one.beneficiaryName }, state: one.state }))
      : [],
    announcedBy: staff ? row.announcedByName : null,
    decidedBy: staff ? row.decidedByName : null,
    barred: barredFrom(row, viewer),
    can: {
      withdraw: can.withdraw(row, viewer),
      look: can.look(row, viewer),
      announce: can.announce(row, viewer),
      refuse: can.refuse(row, viewer),
      decide: can.decide(row, viewer),
    },
  }
}

/** Claims with all that stands beside them, in a fixed number of questions. */
export async function showAll(db: Read | Tx, rows: readonly ClaimRow[], viewer: Viewer): Promise<PageClaim[]> {
  if (rows.length === 0) return []
  const ids = rows.map(row => row.id)
  const [links, files, objections] = [await linksOf(db, ids), await filesOf(db, ids), await objectionsOf(db, ids)]
  const rivals = isStaff(viewer) ? await openOf(db, [...new Set(rows.map(row => row.page))]) : []
  const now = clock.now()
  const of = <T extends { claim: string }>(all: readonly T[], id: string): T[] => all.filter(one => one.claim === id)
  return rows.flatMap(row => {
    const view = viewOf(row, viewer)
    if (view === null) return []
    return shown(
      row,
      view,
      viewer,
      {
        links: of(links, row.id),
        files: of(files, row.id),
        objections: of(objections, row.id),
        rivals: rivals.filter(one => one.page === row.page && one.id !== row.id),
      },
      now,
    )
  })
}
/** One claim as this viewer sees it; `not_found` for who may not. */
export async function showOne(db: Read | Tx, id: string, viewer: Viewer): Promise<PageClaim> {
  const row = await readClaim(db, id, viewer.id)
  const [one] = row === undefined ? [] : await showAll(db, [row], viewer)
  if (one === undefined) throw fault('not_found')
  return one
}
