import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Disc3, Upload } from 'lucide-react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

type Row = Ok<'GET /me/releases'>['items'][number]
export const visibilityTone: Record<Row['visibility'], Tone> = { public: 'good', unlisted: 'ion', draft: 'plain' }

/** Everything one may edit, drafts too. */
export function StudioReleases() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/releases', 'pages'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /me/releases', { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <header className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">{t.studio.releases}</h1>
        <Link to="/studio/import" className={buttonClass()}>
          <Upload size={16} aria-hidden />
          {t.studio.import}
        </Link>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : rows.length === 0 ? (
        <EmptyState icon={Disc3} title={t.studio.noReleases}>
          {t.studio.noReleasesBody}
        </EmptyState>
      ) : (
        <Panel>
          <Table
            label={t.studio.releases}
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'title',
                name: t.studio.releaseTitle,
                sort: row => row.title,
                cell: row => (
                  <span className="flex items-center gap-3">
                    <Cover id={row.id} picture={row.cover} alt="" size={44} className="size-11 shrink-0" />
                    <span className="min-w-0">
                      <Link to="/studio/releases/$id" params={{ id: row.id }} className="block truncate font-semibold hover:underline">
                        {row.title}
                      </Link>
                      <span className="block truncate text-xs text-muted">{artistNames(row.artists)}</span>
                    </span>
                  </span>
                ),
              },
              { key: 'kind', name: t.studio.kind, wide: true, cell: row => t.music.kinds[row.kind], sort: row => row.kind },
              {
                key: 'date',
                name: t.studio.releasedOn,
                wide: true,
                cell: row => (row.releasedOn ? format.day(row.releasedOn) : '–'),
                sort: row => row.releasedOn ?? '',
              },
              {
                key: 'tracks',
                name: t.studio.tracks,
                align: 'end',
                cell: row => (row.ready < row.trackCount ? `${row.ready}/${row.trackCount}` : row.trackCount),
                sort: row => row.trackCount,
              },
              {
                key: 'visibility',
                name: t.studio.visibility,
                cell: row => <Tag tone={visibilityTone[row.visibility]}>{t.studio.visibilities[row.visibility]}</Tag>,
                sort: row => row.visibility,
              },
            ]}
          />
          {hasNextPage ? (
            <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
              {t.common.showMore}
            </Button>
          ) : null}
        </Panel>
      )}
    </>
  )
}
