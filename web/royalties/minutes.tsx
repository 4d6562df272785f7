import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronDown, Headphones } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { buttonClass } from '../ui/button.tsx'
import { seriesColour } from '../ui/chart.tsx'
import { Select } from '../ui/field.tsx'
import { Figure } from '../ui/money.tsx'
import { Sankey, type FlowLink, type FlowNode } from '../ui/sankey.tsx'
import { EmptyState, ErrorState, Panel, Skeleton, SkeletonRows, Tag } from '../ui/states.tsx'
import { microText, minutesText, roundedMicro } from './amounts.ts'

export type MinutesSearch = { period?: string; pool?: string }
const minutesQuery = (search: MinutesSearch) => read('GET /me/minutes', { ...search })
type Minutes = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof minutesQuery>['queryFn']>>>['minutes']>
type Artist = Minutes['artists'][number]

/** Where a listener's minutes of a month went: to which artists and in the end to which people. Only they see it. */
export function MinutesPage({ search }: { search: MinutesSearch }) {
  const t = useWords()
  const me = useMe()
  return (
    <div className="mx-auto flex max-w-[1080px] flex-col gap-6">
      {me ? (
        <Mine search={search} />
      ) : (
        <>
          <header>
            <h1 className="text-xl">{t.royalties.title}</h1>
            <p className="mt-1 max-w-[64ch] text-muted">{t.royalties.lead}</p>
          </header>
          <SignInFirst />
        </>
      )}
      <Panel title={t.royalties.howTitle}>
        <ol className="grid gap-3 sm:grid-cols-2">
          {t.royalties.how.map((step, index) => (
            <li key={step} className="flex gap-3">
              <span aria-hidden className="tabular grid size-6 shrink-0 place-items-center rounded-full bg-raised text-xs font-semibold">
                {index + 1}
              </span>
              <span>{step}</span>
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  )
}

function Mine({ search }: { search: MinutesSearch }) {
  const t = useWords()
  const format = useFormat()
  const navigate = useNavigate()
  const { data, error, isPending, refetch } = useQuery(minutesQuery(search))
  const chosen = data?.minutes
  const several = new Set(data?.periods.map(one => one.pool)).size > 1
  const nameOf = (period: string): string =>
    period.length === 7 ? format.month(`${period}-15T00:00:00Z`) : format.day(`${period}T12:00:00Z`)
  return (
    <>
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.royalties.title}</h1>
          <p className="mt-1 max-w-[64ch] text-muted">{t.royalties.lead}</p>
        </div>
        {data && chosen && data.periods.length > 1 ? (
          <Select
            label={t.royalties.period}
            className="w-52"
            value={`${chosen.pool.id} ${chosen.period}`}
            onChange={event => {
              const [pool = '', period = ''] = event.target.value.split(' ')
              void navigate({ to: '/minutes', search: { pool, period }, replace: true, resetScroll: false })
            }}
            options={data.periods.map(one => ({
              value: `${one.pool} ${one.name}`,
              name: several ? `${nameOf(one.name)} · ${one.poolName}` : nameOf(one.name),
            }))}
          />
        ) : null}
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <>
          <Skeleton className="h-20 w-full" />
          <Skeleton className="h-80 w-full" />
          <SkeletonRows />
        </>
      ) : !chosen ? (
        <EmptyState
          icon={Headphones}
          title={t.royalties.none}
          action={
            <Link to="/" className={buttonClass('primary', 'md')}>
              {t.royalties.toMusic}
            </Link>
          }
        >
          {t.royalties.noneBody}
        </EmptyState>
      ) : (
        <Period minutes={chosen} name={nameOf(chosen.period)} />
      )}
    </>
  )
}

function Period({ minutes, name }: { minutes: Minutes; name: string }) {
  const t = useWords()
  const format = useFormat()
  const { currency } = minutes.pool
  const people = new Set(minutes.artists.flatMap(artist => artist.receivers.map(one => one.id))).size
  return (
    <>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Figure label={t.royalties.minutes} value={t.royalties.minutesOf(minutesText(format, minutes.ms))} note={name} />
        <Figure label={t.royalties.plays} value={t.royalties.playsOf(format.number(minutes.plays))} />
        {minutes.micro === null ? null : (
          <Figure
            label={t.royalties.mine}
            value={microText(format, minutes.micro, currency)}
            {...(minutes.listeners === null ? {} : { note: t.royalties.sharedBy(format.number(minutes.listeners)) })}
          />
        )}
        {minutes.micro === null ? null : (
          <Figure
            label={t.royalties.reached}
            value={format.number(people)}
            note={t.royalties.artistsOf(format.number(minutes.artists.length))}
          />
        )}
      </div>
      {minutes.state === 'open' ? (
        <Panel title={t.royalties.openTitle}>
          <p className="max-w-[70ch] text-muted">{t.royalties.open(format.day(`${minutes.period.padEnd(10, '-01')}T12:00:00Z`))}</p>
        </Panel>
      ) : (
        <Panel title={t.royalties.picture}>
          <Flow minutes={minutes} />
        </Panel>
      )}
      <Panel title={t.royalties.list}>
        <ul className="divide-y divide-line">
          {minutes.artists.map((artist, index) => (
            <ArtistRow key={artist.id} artist={artist} minutes={minutes} colour={seriesColour(index)} />
          ))}
        </ul>
      </Panel>
    </>
  )
}

const mostArtists = 8
const mostPeople = 10

/** My part → artists → everyone who shares in what I heard. What is small goes together. */
function Flow({ minutes }: { minutes: Minutes }) {
  const t = useWords()
  const named = (artist: Artist): string => artist.name || t.royalties.noArtist
  const shown = minutes.artists.filter(artist => BigInt(artist.micro) > 0n).toSorted((a, b) => (BigInt(b.micro) > BigInt(a.micro) ? 1 : -1))
  const [large, small] = [shown.slice(0, mostArtists), shown.slice(mostArtists)]
  const groups = [
    ...large.map(artist => ({ id: `a:${artist.id}`, name: named(artist), of: [artist] })),
    ...(small.length > 0 ? [{ id: 'a:others', name: t.royalties.others, of: small }] : []),
  ]
  const totals = new Map<string, { name: string; micro: bigint }>()
  for (const artist of shown)
    for (const one of artist.receivers) totals.set(one.id, { name: one.name, micro: (totals.get(one.id)?.micro ?? 0n) + BigInt(one.micro) })
  const largest = new Set(
    [...totals]
      .toSorted(([, a], [, b]) => (b.micro > a.micro ? 1 : -1))
      .slice(0, mostPeople)
      .map(([id]) => id),
  )
  const nodes = new Map<string, FlowNode>([['me', { id: 'me', name: t.royalties.mineNode }]])
  const amounts = new Map<string, { from: string; to: string; micro: bigint }>()
  const add = (from: string, to: string, micro: bigint): void => {
    const key = `${from} ${to}`
    amounts.set(key, { from, to, micro: (amounts.get(key)?.micro ?? 0n) + micro })
  }
  for (const group of groups) {
    nodes.set(group.id, { id: group.id, name: group.name })
    for (const artist of group.of) {
      add('me', group.id, BigInt(artist.micro))
      let given = 0n
      for (const one of artist.receivers) {
        const to = largest.has(one.id) ? `p:${one.id}` : 'p:others'
        nodes.set(to, { id: to, name: largest.has(one.id) ? one.name : t.royalties.others, tone: 'paid' })
        add(group.id, to, BigInt(one.micro))
        given += BigInt(one.micro)
      }
      if (BigInt(artist.micro) > given) {
        nodes.set('p:held', { id: 'p:held', name: t.royalties.waiting, tone: 'held' })
        add(group.id, 'p:held', BigInt(artist.micro) - given)
      }
    }
  }
  const links: FlowLink[] = [...amounts].map(([id, { from, to, micro }]) => ({ id, from, to, amount: roundedMicro(micro).toString() }))
  return <Sankey label={t.royalties.picture} currency={`micro:${minutes.pool.currency}`} nodes={[...nodes.values()]} links={links} />
}

function ArtistRow({ artist, minutes, colour }: { artist: Artist; minutes: Minutes; colour: string }) {
  const t = useWords()
  const format = useFormat()
  const { currency } = minutes.pool
  const most = minutes.artists[0]?.ms ?? 1
  const closed = minutes.micro !== null
  return (
    <li>
      <details className="group py-1">
        <summary className="flex cursor-pointer list-none items-center gap-3 rounded-md py-2 [&::-webkit-details-marker]:hidden">
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="min-w-0 font-medium break-words">{artist.name || t.royalties.noArtist}</span>
              <span className="tabular text-muted">
                {t.royalties.minutesOf(minutesText(format, artist.ms))}
                {closed ? <span className="ml-3 font-medium text-ink">{microText(format, artist.micro, currency)}</span> : null}
              </span>
            </span>
            <span aria-hidden className="mt-1.5 block h-1.5 rounded-full bg-raised">
              <span
                className="block h-full rounded-full"
                style={{ width: `${Math.max(1, (artist.ms / most) * 100)}%`, background: colour }}
              />
            </span>
          </span>
          <ChevronDown size={18} aria-hidden className="shrink-0 text-muted transition-transform group-open:rotate-180" />
        </summary>
        <div className="grid gap-5 pt-1 pb-4 md:grid-cols-2">
          <ul className="flex min-w-0 flex-col gap-2">
            {artist.tracks.map(track => (
              <li key={track.id} className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="min-w-0 break-words">
                  {track.release ? (
                    <Link to="/releases/$id" params={{ id: track.release }} className="hover:underline">
                      {track.title}
                    </Link>
                  ) : (
                    track.title
                  )}
                  {track.held ? (
                    <span className="ml-2 inline-block">
                      <Tag tone="held">{t.royalties.held[track.held]}</Tag>
                    </span>
                  ) : null}
                </span>
                <span className="tabular text-xs text-muted">
                  {t.royalties.minutesOf(minutesText(format, track.ms))} · {t.royalties.playsOf(format.number(track.plays))}
                  {closed ? ` · ${microText(format, track.micro, currency)}` : ''}
                </span>
              </li>
            ))}
          </ul>
          {artist.receivers.length > 0 ? (
            <div className="min-w-0">
              <h3 className="mb-2 text-xs font-medium text-muted">{t.royalties.receivers}</h3>
              <ul className="flex flex-col gap-1.5">
                {artist.receivers.map(one => (
                  <li key={`${one.id} ${one.kind} ${one.role}`} className="flex flex-wrap items-baseline justify-between gap-x-3">
                    <span className="min-w-0 break-words">
                      {one.name}
                      <span className="ml-2 text-xs text-muted">
                        {t.royalties.kinds[one.kind]}
                        {one.role ? ` · ${one.role}` : ''}
                      </span>
                    </span>
                    <span className="tabular">{microText(format, one.micro, currency)}</span>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
        </div>
      </details>
    </li>
  )
}
