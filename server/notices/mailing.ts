/** Mails: what is important at once, the rest in a digest. Each goes out once or, when nobody can know, not again. */
import { clock, newId, randomToken } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { sendMail } from '../foundation/mail.ts'
import { guestLink } from '../people/index.ts'
import { letter } from './letter.ts'
import { endMail, insertDigests, noticesOfMail, refuseAddress, takeDue, takeMail, tokenOf } from './store-sending.ts'
import { readNotices } from './store.ts'

type Doors = Pick<JobContext, 'read' | 'write' | 'config' | 'log'>

/** Throws when it was certainly not taken: the job tries again later. */
export async function sendOne({ read, write, config, log }: Doors, id: string, last: boolean): Promise<void> {
  const mail = await write(tx => takeMail(tx, id, clock.now()))
  if (mail === undefined) return
  // A digest leaves out what was read meanwhile; what is important goes anyway.
  const rows = mail.gone ? [] : (await readNotices(read, await noticesOfMail(read, id))).filter(row => mail.kind === 'once' || !row.read)
  if (rows.length === 0) return write(tx => endMail(tx, id, 'dropped', null, clock.now()))
  const token = await write(tx => tokenOf(tx, mail.person, randomToken()))
  const to = (path: string): string => (mail.guest ? guestLink(config, mail.person, path) : config.url + path)
  const written = letter(rows, mail, { planet: config.url, token, to })
  const answer = await sendMail(config, { id, to: { name: mail.name, address: mail.email }, at: mail.madeAt, ...written })
  const now = clock.now()
  if (answer.kind === 'later') {
    await write(tx => endMail(tx, id, last ? 'failed' : 'waiting', answer.problem, now))
    if (last) return log.warn({ mail: id, problem: answer.problem }, 'a mail was given up')
    throw new Error(`not taken: ${answer.problem}`)
  }
  await write(async tx => {
    if (answer.kind === 'refused') await refuseAddress(tx, mail.person, mail.email)
    await endMail(
      tx,
      id,
      answer.kind === 'sent' ? 'sent' : answer.kind === 'refused' ? 'failed' : 'unsure',
      answer.kind === 'sent' ? null : answer.problem,
      now,
    )
  })
}

/** Makes the digests that are due, 200 people at a time. */
export async function makeDigests(db: Db, signal: AbortSignal): Promise<number> {
  let made = 0
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    const count = await db.transaction(async tx => {
      const now = clock.now()
      const due = await takeDue(tx, now, 200)
      if (due.length === 0) return 0
      const mails = await insertDigests(
        tx,
        due.map(row => ({ ...row, id: newId('eml', now) })),
        now,
      )
      for (const mail of mails) await enqueue(tx, 'notices.mail', { mail }, { priority: 5 })
      made += mails.length
      return due.length
    })
    if (count === 0) break
  }
  return made
}
