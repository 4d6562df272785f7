import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Disc3, Download, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { fromLocal, toLocal } from '../missions/draft.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Progress, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshCoupons, seriesQuery, type Series } from './queries.ts'

/** Codes that come with records: series for the releases of a page. */
export function CodesDesk({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.coupons
  const format = useFormat()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(seriesQuery(page))
  const [editing, setEditing] = useState<Series | 'new' | null>(null)
  const [stopping, setStopping] = useState<Series | null>(null)
  const stop = useMutation({
    mutationFn: (id: string) => api('POST /release-codes/:id/stop', { id }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshCoupons(client),
  })
  return (
    <div className="flex flex-col gap-4">
      <Button icon={Plus} className="self-start" onClick={() => setEditing('new')}>
        {d.rAdd}
      </Button>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={Disc3} title={d.rNone}>
          {d.rNoneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {data.items.map(series => (
            <li key={series.id} className="flex min-w-0 gap-4 rounded-lg border border-line bg-surface p-4">
              <Cover id={series.release.id} picture={series.release.cover} alt="" size={88} className="w-20 shrink-0 self-start" />
              <div className="flex min-w-0 flex-1 flex-col gap-2">
                <div>
                  <h2 className="text-base [overflow-wrap:anywhere]">{series.name}</h2>
                  <p className="truncate text-sm text-muted">{series.release.title}</p>
                </div>
                <Progress
                  label={d.rUsed(format.number(series.used), format.number(series.made))}
                  share={series.made > 0 ? series.used / series.made : 0}
                />
                {series.until ? <p className="text-sm text-muted">{`${d.rUntil} ${format.date(series.until)}`}</p> : null}
                <div className="mt-auto flex flex-wrap items-center gap-2">
                  <a href={`/api/v1/release-codes/${series.id}/codes.csv`} download className={buttonClass('quiet', 'sm')}>
                    <Download size={14} aria-hidden />
                    {d.table}
                  </a>
                  {series.stopped ? (
                    <Tag>{d.rStopped}</Tag>
                  ) : (
                    <>
                      <Button size="sm" look="quiet" onClick={() => setEditing(series)}>
                        {d.rMore}
                      </Button>
                      <Button size="sm" look="quiet" onClick={() => setStopping(series)}>
                        {d.rStop}
                      </Button>
                    </>
                  )}
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
      {editing ? <SeriesForm page={page} series={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
      <Confirm
        open={stopping !== null}
        onOpenChange={open => (open ? undefined : setStopping(null))}
        title={d.rStop}
        body={d.rStopBody}
        action={d.rStop}
        onConfirm={async () => {
          await stop.mutateAsync(stopping!.id).catch(() => undefined)
        }}
      />
    </div>
  )
}

function SeriesForm({ page, series, onClose }: { page: string; series: Series | null; onClose: () => void }) {
  const t = useWords()
  const d = t.offering.coupons
  const client = useQueryClient()
  const [id] = useState(() => series?.id ?? newClientId('rdc'))
  const releases = useQuery({
    queryKey: ['GET /releases', 'codes', page],
    queryFn: ({ signal }) => api('GET /releases', { artist: page, limit: 100 }, { signal }),
    enabled: series === null,
  })
  const choices = releases.data?.items ?? []
  const [release, setRelease] = useState(series?.release.id ?? '')
  const chosen = release || choices[0]?.id || ''
  const [name, setName] = useState(series?.name ?? '')
  const [total, setTotal] = useState(String(series?.made ?? 100))
  const [until, setUntil] = useState(toLocal(series?.until ?? null))
  const save = useMutation({
    mutationFn: () =>
      api('PUT /release-codes/:id', { id, release: chosen, name: name.trim(), until: fromLocal(until), total: Number(total) }),
    onSuccess: onClose,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshCoupons(client),
  })
  const fits = chosen !== '' && name.trim() !== '' && Number.isInteger(Number(total)) && Number(total) >= 1 && Number(total) <= 20_000
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={series === null ? d.rAdd : d.rMore}
      footer={
        <Button busy={save.isPending} disabled={!fits} onClick={() => save.mutate()}>
          {t.common.save}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {series === null ? (
          <Select
            label={d.release}
            value={chosen}
            options={choices.map(one => ({ value: one.id, name: one.title }))}
            onChange={event => setRelease(event.target.value)}
          />
        ) : null}
        <Input label={d.rName} hint={d.rNameHint} required maxLength={120} value={name} onChange={event => setName(event.target.value)} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Input
            label={d.rTotal}
            type="number"
            min={series?.made ?? 1}
            max={20_000}
            value={total}
            onChange={event => setTotal(event.target.value)}
          />
          <Input label={d.rUntil} optional type="datetime-local" value={until} onChange={event => setUntil(event.target.value)} />
        </div>
      </div>
    </Dialog>
  )
}
