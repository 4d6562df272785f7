/** Money out of a show’s pot, in one transfer each; and back into it, when a refund comes late. */
import { splitByWeight } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { balanceOf, balancesOf, post, type AccountRef, type EntryInput } from '../ledger/index.ts'
import { showsOf, type ShowFacts } from '../tickets/index.ts'
import { pot } from './sheet.ts'
import { dealsOfShow, fullPots, insertPayment, lockShow, ownerOf, paymentsOf, waitingLines, type DealRow, type Part } from './store.ts'

const dayMs = 86_400_000
const available = (owner: string, asset: string): AccountRef => ({ owner, purpose: 'available', asset, floor: 0n })
const noteOf = (title: string): string => [...title.replace(/\p{Cc}/gu, ' ')].slice(0, 200).join('')

/** Both have signed: the pot is emptied, each side gets what the sums say; what the pot lacks for a guarantee the organiser adds. */
export async function payOut(
  tx: Tx,
  { show, deal, pay, at }: { show: ShowFacts; deal: DealRow; pay: { artist: bigint; organiser: bigint }; at: Date },
): Promise<void> {
  const { currency, artist, organiser, id } = deal
  const balance = pay.artist + pay.organiser
  const entries: EntryInput[] = [
    { account: pot(show.id, currency), amount: -balance, step: 'pot' },
    { account: available(artist, currency), amount: pay.artist, step: 'artist' },
    { account: available(organiser, currency), amount: pay.organiser, step: 'organiser' },
  ].filter(entry => entry.amount !== 0n)
  await post(tx, [{ key: `deal:${id}`, kind: 'show_paid', cause: `deal:${id}`, subject: show.id, note: noteOf(show.title), at, entries }])
  const parts: Part[] = [
    { party: artist, side: 'artist', amount: pay.artist.toString() },
    { party: organiser, side: 'organiser', amount: pay.organiser.toString() },
  ]
  const amount = entries.reduce((sum, entry) => (entry.amount > 0n ? sum + entry.amount : sum), 0n)
  const payment = newId('dea', at)
  await insertPayment(tx, { id: payment, show: show.id, deal: id, kind: 'settlement', amount, currency, parts, at })
  await tell(tx, { type: 'show_paid', show: show.id, payment })
}

/** Nobody agreed on anything: a day after its money was due the organiser takes what is there. An open or signed paper waits for its settlement. */
export async function payRest({ read, write, log }: Pick<JobContext, 'read' | 'write' | 'log'>): Promise<void> {
  const pots = await fullPots(read)
  const shows = await showsOf(
    read,
    pots.map(one => one.show),
  )
  const now = clock.now()
  for (const { show: id, currency } of pots) {
    const show = shows.get(id)
    if (show === undefined || now.getTime() < show.moneyAt.getTime() + dayMs) continue
    try {
      await write(tx => restOf(tx, show, currency, now))
    } catch (error) {
      log.warn({ err: error, show: id }, 'the takings of a show could not be paid out; it is tried again')
    }
  }
}
async function restOf(tx: Tx, show: ShowFacts, currency: string, at: Date): Promise<void> {
  await lockShow(tx, show.id)
  if ((await dealsOfShow(tx, show.id)).some(row => row.state === 'open' || row.state === 'signed' || row.state === 'paid')) return
  if ((await waitingLines(tx, show.id)) > 0) return
  const owner = await ownerOf(tx, show.page)
  const balance = await balanceOf(tx, pot(show.id, currency))
  if (owner === null || balance <= 0n) return
  const id = newId('dea', at)
  await post(tx, [
    {
      key: `deal:${id}`,
      kind: 'show_paid',
      cause: `show:${show.id}`,
      subject: show.id,
      note: noteOf(show.title),
      at,
      entries: [
        { account: pot(show.id, currency), amount: -balance, step: 'pot' },
        { account: available(owner, currency), amount: balance, step: 'organiser' },
      ],
    },
  ])
  const parts: Part[] = [{ party: owner, side: 'organiser', amount: balance.toString() }]
  await insertPayment(tx, { id, show: show.id, deal: null, kind: 'rest', amount: balance, currency, parts, at })
  await tell(tx, { type: 'show_paid', show: show.id, payment: id })
}

/** What each got out of a pot and still owes it in case of refunds. */
async function gotOf(db: Read | Tx, show: string): Promise<Map<string, { side: Part['side']; amount: bigint }>> {
  const got = new Map<string, { side: Part['side']; amount: bigint }>()
  for (const { kind, parts } of await paymentsOf(db, show))
    for (const { party, side, amount } of parts) {
      const before = got.get(party)?.amount ?? 0n
      got.set(party, { side, amount: before + (kind === 'cover' ? -BigInt(amount) : BigInt(amount)) })
    }
  return got
}

/** A refund wants `amount` of a pot that was paid out: those who got it give back in proportion, as far as they have it. */
export async function coverPot(tx: Tx, given: { owner: string; currency: string; amount: bigint; cause: string; at: Date }): Promise<void> {
  const { owner, currency, amount, cause, at } = given
  const show = owner.slice('show:'.length)
  const lacking = amount - (await balanceOf(tx, { owner, purpose: 'available', asset: currency }))
  if (lacking <= 0n) return
  await lockShow(tx, show)
  const got = [...(await gotOf(tx, show))].filter(([, one]) => one.amount > 0n).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (got.length === 0) return
  const there = await balancesOf(
    tx,
    got.map(([party]) => available(party, currency)),
  )
  const total = got.reduce((sum, [, one]) => sum + one.amount, 0n)
  const wanted = lacking < total ? lacking : total
  const parts = splitByWeight(
    wanted,
    got.map(([, one]) => one.amount),
  )
    .map((part, index) => ({ party: got[index]![0], side: got[index]![1].side, amount: part < there[index]! ? part : there[index]! }))
    .filter(part => part.amount > 0n)
  const sum = parts.reduce((all, part) => all + part.amount, 0n)
  if (sum === 0n) return
  const id = newId('dea', at)
  await post(tx, [
    {
      key: `cover:${id}`,
      kind: 'show_covered',
      cause,
      subject: show,
      at,
      entries: [
        ...parts.map(part => ({ account: available(part.party, currency), amount: -part.amount, step: part.side })),
        { account: pot(show, currency), amount: sum, step: 'pot' },
      ],
    },
  ])
  await insertPayment(tx, {
    id,
    show,
    deal: null,
    kind: 'cover',
    amount: sum,
    currency,
    parts: parts.map(part => ({ ...part, amount: part.amount.toString() })),
    at,
  })
}
