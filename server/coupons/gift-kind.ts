/** The kind `gift_card`, and cards as credit that pays orders. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { post, type EntryInput } from '../ledger/index.ts'
import { planetCosts } from '../payments/index.ts'
import { creditOf, escrow, type Credits, type Kind, type Priced, type Progress } from '../shop/index.ts'
import { hashOf, plainOf } from './codes.ts'
import { choiceOf, giftAccount, giftTerms } from './gifts.ts'
import {
  activateGifts,
  addBack,
  feesOf,
  giftsOfLines,
  insertGifts,
  insertSpends,
  lockGifts,
  reviveGifts,
  spendsOf,
  voidGifts,
  type NewGift,
} from './store-gifts.ts'

const yearMs = 366 * 24 * 3600_000

export const giftCard: Kind = {
  kind: 'gift_card',
  async price(tx, wanted) {
    const terms = await giftTerms(tx)
    return wanted.map(({ index, price, choice, quantity, basket }): Priced | Fault => {
      const wrong = (field: string, text: string) =>
        fault('unprocessable', 'gift_invalid', { fields: { [`lines.${index}.${field}`]: text } })
      const chosen = choiceOf(choice)
      if (terms === undefined) return fault('conflict', 'offer_closed')
      if (chosen === undefined) return wrong('choice', 'gift_invalid')
      const amount = price ?? BigInt(terms.least)
      if (amount < BigInt(terms.least) || amount > BigInt(terms.most)) return wrong('price', `${terms.least} … ${terms.most}`)
      if (quantity > 20) return wrong('quantity', '20')
      if (chosen.deliverAt !== null && Date.parse(chosen.deliverAt) > basket.at.getTime() + yearMs)
        return wrong('choice.deliverAt', 'gift_invalid')
      // A day that is over is now.
      const deliverAt = chosen.deliverAt !== null && Date.parse(chosen.deliverAt) <= basket.at.getTime() ? null : chosen.deliverAt
      return {
        unit: amount,
        detail: chosen.toName === '' ? null : chosen.toName,
        choice: { ...chosen, deliverAt, amount: amount.toString() },
      }
    })
  },
  reserve: async () => new Map(),
  reserveAgain: async () => true,
  /** The cards are made; their money is settled in this very transaction, what the provider kept is added by a job, and then they are good. */
  async fulfil(tx, lines, at) {
    const sold = await feesOf(
      tx,
      lines.map(line => line.id),
    )
    const cards = lines.flatMap((line): NewGift[] => {
      const { amount: text, ...rest } = line.choice ?? {}
      const chosen = choiceOf(rest)
      const { currency } = sold.get(line.id)!
      if (chosen === undefined || typeof text !== 'string') throw new Error(`line ${line.id}: no gift card was chosen`)
      return Array.from({ length: line.quantity }, (_, place) => ({
        ...chosen,
        deliverAt: chosen.deliverAt === null ? null : new Date(chosen.deliverAt),
        id: newId('gft', at),
        line: line.id,
        place,
        buyer: line.buyer,
        amount: BigInt(text),
        currency,
      }))
    })
    await insertGifts(tx, cards, at)
    await enqueue(tx, 'coupons.ready', { lines: lines.map(line => line.id) })
    return new Map()
  },
  release: async () => undefined,
  async cancel(tx, lines) {
    const gone = await voidGifts(
      tx,
      lines.map(line => line.id),
      clock.now(),
    )
    // What the planet added comes back to it.
    for (const card of await lockGifts(tx, gone, []))
      if (card.left > 0n)
        // oxlint-disable-next-line no-await-in-loop -- few, each its own transfer
        await post(tx, [
          {
            key: `gift_void:${card.id}`,
            kind: 'gift_void',
            cause: `gift:${card.id}`,
            entries: [
              { account: giftAccount(card.id, card.currency), amount: -card.left },
              { account: planetCosts(card.currency), amount: card.left },
            ],
          },
        ])
  },
  async follow(db, lines) {
    const cards = Map.groupBy(
      await giftsOfLines(
        db,
        lines.map(line => line.id),
      ),
      card => card.line,
    )
    return new Map(
      [...cards].map(([line, own]): [string, Progress[]] => [
        line,
        own.map(card => ({
          code: card.toMail === null ? 'gift_ready' : card.deliveredAt === null ? 'gift_mail_at' : 'gift_mailed',
          at: card.deliveredAt ?? card.deliverAt,
          url: `/gift-cards/${card.id}`,
          text: card.toName === '' ? card.toMail : card.toName,
        })),
      ]),
    )
  },
  async shares(tx, lines) {
    const cards = await giftsOfLines(
      tx,
      lines.map(line => line.id),
    )
    return new Map(
      [...Map.groupBy(cards, card => card.line)].map(([line, own]) => [
        line,
        own.map(card => ({ receiver: `gift:${card.id}`, role: 'owner', weight: card.amount, shareBp: null })),
      ]),
    )
  },
}

/** What was settled onto new cards is filled up to their price (the planet bears what the provider kept); then they are good, and are mailed in time. */
export async function makeReady(tx: Tx, lines: readonly string[]): Promise<void> {
  const at = clock.now()
  const cards = (await giftsOfLines(tx, lines)).filter(card => card.state === 'waiting')
  for (const card of await lockGifts(
    tx,
    cards.map(({ id }) => id),
    [],
  )) {
    if (card.state !== 'waiting') continue
    const missing = card.amount - card.left
    if (missing > 0n)
      // oxlint-disable-next-line no-await-in-loop -- few, each its own transfer
      await post(tx, [
        {
          key: `gift_fill:${card.id}`,
          kind: 'gift_fill',
          cause: `gift:${card.id}`,
          at,
          entries: [
            { account: planetCosts(card.currency), amount: -missing },
            { account: giftAccount(card.id, card.currency), amount: missing },
          ],
        },
      ])
  }
  // Only those that were filled up here: others may have been made meanwhile.
  const good = new Set(
    await activateGifts(
      tx,
      cards.map(({ id }) => id),
      at,
    ),
  )
  for (const card of cards)
    if (good.has(card.id) && card.toMail !== null)
      // oxlint-disable-next-line no-await-in-loop -- few
      await enqueue(
        tx,
        'coupons.deliver',
        { card: card.id },
        card.deliverAt === null || card.deliverAt <= at ? {} : { runAt: card.deliverAt },
      )
}

/** Not settled yet (the settler died in between): tried again by the job. */
export async function readyLines(write: Db['transaction'], lines: readonly string[]): Promise<void> {
  await write(tx => makeReady(tx, lines))
}

const isId = (text: string): boolean => /^gft_[0-9a-z]{26}$/.test(text)
export const credits: Credits = {
  /** Cards by code, or by id for whoever keeps them; each gives what is there until all is paid. Parallel orders wait for each other at the cards' locks. */
  async reserve(tx, { order, buyer, cards, total, currency, at }) {
    const ids = cards.filter(isId)
    const codes = cards.filter(card => !isId(card))
    const found = await lockGifts(tx, ids, codes.map(hashOf))
    if ((await spendsOf(tx, order)).some(({ amount, back }) => back < amount)) return fault('conflict', 'key_reused')
    const spends: { card: string; amount: bigint }[] = []
    let left = total
    for (const given of new Set(cards)) {
      const card = isId(given) ? found.find(one => one.id === given && one.owner === buyer) : found.find(one => one.hash === hashOf(given))
      const shown = isId(given) ? given : `…${plainOf(given).slice(-4)}`
      if (card === undefined || card.state === 'waiting') return fault('unprocessable', 'card_unknown', { fields: { cards: shown } })
      if (card.owner !== null && card.owner !== buyer) return fault('conflict', 'gift_kept', { fields: { cards: shown } })
      if (card.state === 'void') return fault('conflict', 'code_over', { fields: { cards: shown } })
      if (card.currency !== currency) return fault('conflict', 'card_currency', { fields: { cards: shown } })
      if (card.left === 0n) return fault('conflict', 'card_empty', { fields: { cards: shown } })
      if (spends.some(one => one.card === card.id)) continue
      const amount = card.left < left ? card.left : left
      if (amount > 0n) spends.push({ card: card.id, amount })
      left -= amount
    }
    if (spends.length === 0) return 0n
    await insertSpends(tx, order, spends, at)
    await post(tx, [
      {
        key: `gift_spend:${order}:${newId('evt', at)}`,
        kind: 'gift_spend',
        cause: `order:${order}`,
        at,
        entries: [
          ...spends.map(({ card, amount }): EntryInput => ({ account: giftAccount(card, currency), amount: -amount })),
          { account: creditOf(order, currency), amount: total - left },
        ],
      },
    ])
    return total - left
  },
  async release(tx, order, at) {
    const spends = await spendsOf(tx, order)
    const open = spends.flatMap(({ card, amount, back }) => (back < amount ? [{ card, amount: amount - back }] : []))
    const [first] = await lockGifts(
      tx,
      open.map(({ card }) => card),
      [],
    )
    if (first === undefined) return
    await addBack(tx, order, open)
    await giveTo(tx, creditOf(order, first.currency), open, {
      currency: first.currency,
      key: `gift_return:${order}:${newId('evt', at)}`,
      cause: `order:${order}`,
      at,
    })
  },
  /** To the card that paid last, first. */
  async back(tx, { order, line, amount, currency, key, cause, at }) {
    const spends = (await spendsOf(tx, order)).reverse()
    const backs: { card: string; amount: bigint }[] = []
    let left = amount
    for (const { card, amount: spent, back } of spends) {
      const part = spent - back < left ? spent - back : left
      if (part > 0n) backs.push({ card, amount: part })
      left -= part
    }
    if (left > 0n) throw new Error(`order ${order}: ${left} more than cards paid go back`)
    await addBack(tx, order, backs)
    await giveTo(tx, escrow(line, currency), backs, { currency, key, cause, at })
  },
}
async function giveTo(
  tx: Tx,
  from: EntryInput['account'],
  backs: readonly { card: string; amount: bigint }[],
  { currency, key, cause, at }: { currency: string; key: string; cause: string; at: Date },
): Promise<void> {
  await reviveGifts(
    tx,
    backs.map(({ card }) => card),
    at,
  )
  await post(tx, [
    {
      key,
      kind: 'gift_return',
      cause,
      at,
      entries: [
        { account: from, amount: -backs.reduce((sum, one) => sum + one.amount, 0n) },
        ...backs.map(({ card, amount }): EntryInput => ({ account: giftAccount(card, currency), amount })),
      ],
    },
  ])
}
