/** Letters of invitation, one by one; names and addresses forgotten in time. */
import { words } from '../../shared/words/index.ts'
import { clock } from '../foundation/clock.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { sendMail } from '../foundation/mail.ts'
import { groupOf } from '../groups/index.ts'
import * as store from './store.ts'
import { tokenOf } from './tokens.ts'

const forgetMs = 60 * 86_400_000

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
const htmlOf = (text: string, link: string): string =>
  text
    .split('\n\n')
    .map(
      part =>
        `<p>${escaped(part)
          .replaceAll('\n', '<br>')
          .replaceAll(escaped(link), `<a href="${escaped(link)}">${escaped(link)}</a>`)}</p>`,
    )
    .join('\n')

/**
 * Writes to everybody of a list who is waiting. Whose language is not known yet gets both. A letter counts as sent before it is sent: a crash writes to nobody
 * twice; what the mail server certainly did not take is written again later.
 */
async function write({ db, read, config, signal }: JobContext, { list }: { list: string }): Promise<void> {
  const found = await store.readList(read, list)
  const group = found && (await groupOf(read, found.group))
  if (found?.state !== 'applying' || group === undefined) return
  while (!signal.aborted) {
    const at = clock.now()
    const line = await db.transaction(tx => store.claimLine(tx, list, at))
    if (line === undefined) {
      await db.transaction(async tx => {
        if ((await store.lockList(tx, list))?.state === 'applying') await store.setState(tx, list, 'applied')
      })
      return
    }
    const link = `${config.url}/enrol/${tokenOf(config.secret, list, line.n)}`
    const both = [words.zh.enrolment, words.en.enrolment]
    const text = both.map(t => t.mailText(line.name, group.name, link)).join('\n— — —\n\n')
    const answer = await sendMail(config, {
      id: `${list}-${line.n}`,
      to: { name: line.name, address: line.email },
      subject: both.map(t => t.mailSubject(group.name)).join(' / '),
      text,
      html: htmlOf(text, link),
      at,
    })
    if (answer.kind === 'refused')
      await db.transaction(tx => store.settleLine(tx, list, line.n, { state: 'withdrawn', person: null, at: clock.now() }))
    if (answer.kind === 'later') {
      await db.transaction(tx => store.unclaimLine(tx, list, line.n))
      throw new Error(`the mail server takes no letters now: ${answer.problem}`)
    }
  }
  throw new Error('stopped: goes on later')
}

export const jobs = {
  'enrolment.write': write,
  'enrolment.nightly': async ({ db }: JobContext) => {
    const now = clock.now()
    await db.transaction(tx => store.forgetOld(tx, new Date(now.getTime() - forgetMs), now))
  },
} satisfies Jobs
