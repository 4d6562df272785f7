/**
 * Looking for a claim's code behind one of its links: from the open internet only (foundation/outside.ts, trap 36), as text, nothing of it runs. Whoever can write on that
 * site is who they say; so the answer counts only when it comes from the site the link names.
 */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { publish, topicOf } from '../foundation/live.ts'
import { fetchOutside, type OutsideOptions } from '../foundation/outside.ts'
import { readSetting } from '../foundation/settings.ts'
import type { Viewer } from '../foundation/session.ts'
import { hold } from './deciding.ts'
import { can, isOpen, lookEveryMs } from './policy.ts'
import { isLooking, showOne, viewOf } from './showing.ts'
import { askLook, linksOf, noteLook, readClaim, type Outcome } from './store.ts'
import type { Input, PageClaim } from './words.ts'

const mostBytes = 2 * 1024 * 1024

/** Asks for a look; while one is on its way, asking again changes nothing. */
export async function look(tx: Tx, viewer: Viewer, { id, link }: Input<'POST /page-claims/:id/look'>): Promise<PageClaim> {
  const { row } = await hold(tx, id, viewer.id)
  const view = viewOf(row, viewer)
  if (view === null || view === 'objector') throw fault('not_found')
  const found = (await linksOf(tx, [id])).find(one => one.url === link)
  if (found === undefined) throw fault('not_found')
  if (!can.look(row, viewer)) throw fault('conflict', 'claim_state')
  const at = clock.now()
  if (isLooking(found, at)) return showOne(tx, id, viewer)
  const leftMs = found.askedAt === null ? 0 : found.askedAt.getTime() + lookEveryMs - at.getTime()
  if (leftMs > 0) throw fault('limited', 'limited', { retryAfterSeconds: Math.ceil(leftMs / 1000) })
  await askLook(tx, id, found.place, at)
  await enqueue(tx, 'claiming.look', { claim: id, place: found.place }, { key: `claiming.look:${id}:${found.place}`, maxAttempts: 3 })
  return showOne(tx, id, viewer)
}

const siteOf = (url: string): string => new URL(url).hostname.replace(/^www\./, '')
/** As it was typed or as an editor made it prettier: any dash, any case. Pure. */
export const holdsCode = (text: string, code: string): boolean =>
  text
    .replace(/[\u2010-\u2015\u2212\uff0d]|&#8209;|&(?:n|m)?dash;/g, '-')
    .toLowerCase()
    .includes(code.toLowerCase())

/** What stands behind a link. Only errors that are ours are thrown. */
export async function lookAt(url: string, code: string, options: OutsideOptions): Promise<Outcome> {
  let answer
  try {
    answer = await fetchOutside(url, {
      ...options,
      headers: { accept: 'text/html,text/plain;q=0.9,*/*;q=0.5', 'accept-language': 'zh,en;q=0.8', 'user-agent': 'Planet (page claim)' },
      maxBytes: mostBytes,
      timeoutMs: 10_000,
    })
  } catch (error) {
    // Stopped with the worker: another one looks.
    if (options.signal?.aborted) throw error
    return 'unreachable'
  }
  // A link that leads on to somebody else's page says nothing of its own.
  if (siteOf(answer.url) !== siteOf(url)) return 'elsewhere'
  if (answer.status !== 200) return 'unreachable'
  return holdsCode(answer.body.toString('utf8'), code) ? 'found' : 'missing'
}

/** The job. */
export async function lookBehind(
  { read, write, config, signal }: JobContext,
  { claim, place }: { claim: string; place: number },
): Promise<void> {
  const row = await readClaim(read, claim, null)
  const link = (await linksOf(read, [claim])).find(one => one.place === place)
  if (row === undefined || link === undefined || !isOpen(row.state)) return
  const trusted = (await readSetting<string[]>(read, 'claiming.trusted')) ?? []
  // Everybody can write on this planet: it proves nothing here.
  const outcome = new URL(link.url).origin === config.url ? 'elsewhere' : await lookAt(link.url, row.code, { trusted, signal })
  await write(async tx => {
    await noteLook(tx, claim, place, outcome, clock.now())
    publish(tx, topicOf(row.person), { kind: 'page_claim', id: claim, page: row.page })
  })
}
