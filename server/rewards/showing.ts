/** Rewards and exchanges as they are shown. */
import type { Decoded } from '../../shared/contract.ts'
import type { rewards } from '../../shared/rewards.ts'
import { qrOf } from '../foundation/qr.ts'
import { coverUrl } from '../media/index.ts'
import { can, type Why } from './policy.ts'
import type { ExchangeShown } from './store-exchanges.ts'
import type { RewardShown } from './store.ts'

type Entries = typeof rewards.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Exchange = Ok<'GET /exchanges/:id'>
export type ExchangeCard = Ok<'GET /me/exchanges'>['items'][number]
export type Card = Ok<'GET /groups/:group/rewards'>['items'][number]

const pictureOf = (asset: string | null): string | null => (asset === null ? null : coverUrl(asset, 640))
/** 0042-0007: the serial, so that people can name it. */
const numberOf = (serial: bigint): string => {
  const text = ((serial * 61803399n) % 100000000n).toString().padStart(8, '0')
  return `${serial >= 100000000n ? `${serial / 100000000n}-` : ''}${text.slice(0, 4)}-${text.slice(4)}`
}

export const leftOf = (row: Pick<RewardShown, 'stock' | 'taken' | 'kept'>): number | null =>
  row.stock === null ? null : Math.max(0, row.stock - row.taken - row.kept)

export const showCard = (row: RewardShown, why: Why | null): Card => ({
  id: row.id,
  group: row.group,
  kind: row.kind,
  title: row.title,
  picture: pictureOf(row.picture),
  accent: row.accent,
  points: row.points,
  left: leftOf(row),
  stock: row.stock,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  state: row.state,
  why,
})
const eventOf = (row: { event: string | null; eventTitle: string | null; eventStartsAt: Date | null }) =>
  row.event === null || row.eventTitle === null || row.eventStartsAt === null
    ? null
    : { id: row.event, title: row.eventTitle, startsAt: row.eventStartsAt }
const releaseOf = (row: { release: string | null; releaseTitle: string | null; releaseArtists: string | null }) =>
  row.release === null ? null : { id: row.release, title: row.releaseTitle ?? '', artists: row.releaseArtists ?? '' }

export const showReward = (
  row: RewardShown,
  why: Why | null,
  mine: { pieces: number; points: bigint; level: number } | null,
  most: number,
): Ok<'GET /rewards/:id'> => ({
  ...showCard(row, why),
  groupName: row.groupName,
  groupHandle: row.groupHandle,
  about: row.about,
  how: row.how,
  cost: row.cost,
  provider: row.provider === null ? null : { id: row.provider, name: row.providerName ?? '' },
  perPerson: row.perPerson,
  minLevel: row.minLevel,
  minDays: row.minDays,
  minAge: row.minAge,
  regions: row.regions ?? [],
  validDays: row.validDays,
  event: eventOf(row),
  release: releaseOf(row),
  badge: row.badge,
  exchanged: row.taken,
  mine,
  most,
})

export const showExchangeCard = (row: ExchangeShown): ExchangeCard => ({
  id: row.id,
  number: numberOf(BigInt(row.serial)),
  reward: row.reward,
  kind: row.kind,
  title: row.title,
  picture: pictureOf(row.picture),
  accent: row.accent,
  group: row.group,
  groupName: row.groupName,
  cause: row.cause,
  raffle: row.raffle,
  quantity: row.quantity,
  points: Number(row.points),
  state: row.state,
  parcel: row.parcel,
  at: row.at,
  until: row.until,
})
export const showExchange = (row: ExchangeShown): Exchange => ({
  ...showExchangeCard(row),
  about: row.about,
  how: row.how,
  note: row.note,
  answer: row.answer,
  reason: row.reason,
  closedAt: row.closedAt,
  vouchers: row.vouchers.flatMap(({ id, code, state, redeemedAt }) =>
    state === 'free'
      ? []
      : [
          {
            id,
            // What was taken back shows nothing any more.
            code: state === 'void' ? '' : code,
            state,
            redeemedAt: redeemedAt === null ? null : new Date(redeemedAt),
            qr: row.codes === 'own' || state !== 'issued' ? null : qrOf(code),
          },
        ],
  ),
  parcelId: row.parcelId,
  event: eventOf(row),
  release: releaseOf(row),
  badge: row.badge,
  can: { cancel: can.cancel(row), claim: can.claim(row) },
})
