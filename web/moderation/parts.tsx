import { Flag as FlagIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { newClientId } from '../ids.ts'
import type { Ok } from '../api.ts'
import { useWords, type Words } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, SkeletonRows, type Tone } from '../ui/states.tsx'

export type Flag = Ok<'GET /moderation/flags'>['items'][number]
export type FlagPage = Ok<'GET /moderation/flags/:id'>
export type Made = Ok<'GET /moderation/decisions'>['items'][number]
export type Statement = Ok<'GET /decisions/:id'>
export type OpenAppeal = Ok<'GET /moderation/appeals'>['items'][number]
export type BanData = Ok<'GET /moderation/bans'>['items'][number]

/** A group's id, or null: the planet. */
export type Where = string | null
export const asked = (where: Where): { group?: string } => (where === null ? {} : { group: where })

/** An id of what this page makes: pressed twice it is the same thing. */
export const newId = (kind: 'dcn' | 'ban' | 'ape'): string => newClientId(kind)

export const kindName = (t: Words, kind: string): string => t.moderation.kinds[kind] ?? t.moderation.otherKind
export const actionTones: Record<Made['action'], Tone> = { keep: 'good', warn: 'held', hide: 'bad', ban: 'bad' }

/** What somebody wrote, as it was: its own words and pictures, set apart from ours. */
export function Quoted({ text, pictures, gone }: { text: string; pictures: readonly string[]; gone?: boolean }) {
  const t = useWords()
  return (
    <div className="rounded-md border-l-4 border-line-strong bg-raised px-4 py-3">
      <p className={text === '' ? 'text-muted' : 'break-words whitespace-pre-wrap'}>
        {gone ? t.moderation.goneText : text === '' ? t.moderation.noText : text}
      </p>
      {pictures.length > 0 ? (
        <ul className="mt-3 grid grid-cols-3 gap-2">
          {pictures.map(url => (
            <li key={url}>
              <img src={url} alt="" loading="lazy" width={160} height={160} className="aspect-square w-full rounded-sm object-cover" />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

type ListProps<T> = {
  query: {
    data: { pages: readonly { items: readonly T[] }[] } | undefined
    error: unknown
    isPending: boolean
    hasNextPage: boolean
    isFetchingNextPage: boolean
    fetchNextPage: () => unknown
    refetch: () => unknown
  }
  empty: { title: string; body: string }
  item: (one: T) => ReactNode
  itemKey: (one: T) => string
}
/** A list by pages with its looks. */
export function PagedList<T>({ query, empty, item, itemKey }: ListProps<T>) {
  const t = useWords()
  const rows = query.data?.pages.flatMap(page => page.items) ?? []
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows />
  if (rows.length === 0)
    return (
      <EmptyState icon={FlagIcon} title={empty.title}>
        {empty.body}
      </EmptyState>
    )
  return (
    <>
      <ul className="flex flex-col gap-2">
        {rows.map(row => (
          <li key={itemKey(row)}>{item(row)}</li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button look="quiet" className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t.common.showMore}
        </Button>
      ) : null}
    </>
  )
}
export const rowLook =
  'flex w-full flex-wrap items-start gap-x-4 gap-y-1.5 rounded-lg border border-line bg-surface px-4 py-3 text-left transition-colors hover:bg-raised'
