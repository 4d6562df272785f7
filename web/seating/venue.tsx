import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Archive, ArchiveRestore, ArrowDown, ArrowUp, Copy, Grid3x3, Pencil, Plus, Trash2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { makeUploads } from '../media/uploads.ts'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, Progress, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { VenueForm } from './venue-form.tsx'
import { venueQuery, type Venue } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))

/** One venue at the desk: its maps, pictures and what is told of it. */
export function StudioVenue({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery(venueQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Desk key={data.id} venue={data} />
}

function Desk({ venue }: { venue: Venue }) {
  const t = useWords()
  const own = t.selling.seating
  const client = useQueryClient()
  const archived = venue.state === 'archived'
  const turn = useMutation({
    mutationFn: () => api('PUT /venues/:id/state', { id: venue.id, state: archived ? 'open' : 'archived' }),
    onSuccess: next => client.setQueryData(venueQuery(venue.id).queryKey, next),
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <div className="mx-auto flex max-w-[900px] flex-col gap-6">
      <header className="flex flex-wrap items-center gap-4">
        <div className="min-w-0 flex-1">
          <Link to="/studio/venues" search={{ page: venue.page.id }} className="text-sm text-muted hover:text-ink">
            {own.venues} · {venue.page.name}
          </Link>
          <h1 className="mt-1 text-xl [overflow-wrap:anywhere]">{venue.name}</h1>
        </div>
        {archived ? <Tag>{own.archived}</Tag> : null}
        <Button look="quiet" size="sm" icon={archived ? ArchiveRestore : Archive} busy={turn.isPending} onClick={() => turn.mutate()}>
          {archived ? own.unarchive : own.archive}
        </Button>
      </header>
      <Maps venue={venue} />
      <Pictures venue={venue} />
      <Panel title={own.details}>
        <VenueForm page={venue.page.id} id={venue.id} venue={venue} onDone={() => toast(own.venueSaved, { tone: 'good' })} />
      </Panel>
    </div>
  )
}

function Maps({ venue }: { venue: Venue }) {
  const t = useWords()
  const format = useFormat()
  const own = t.selling.seating
  const client = useQueryClient()
  const navigate = useNavigate()
  const [naming, setNaming] = useState<{ id: string; name: string; like?: string } | null>(null)
  const [removing, setRemoving] = useState<Venue['maps'][number] | null>(null)
  const again = () => client.invalidateQueries({ queryKey: venueQuery(venue.id).queryKey })
  const save = useMutation({
    mutationFn: (given: { id: string; name: string; like?: string }) => api('PUT /venues/:venue/maps/:id', { venue: venue.id, ...given }),
    onSuccess: async (_map, given) => {
      const fresh = !venue.maps.some(map => map.id === given.id)
      setNaming(null)
      await again()
      if (fresh) await navigate({ to: '/studio/venues/$id/maps/$map', params: { id: venue.id, map: given.id } })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Panel
      title={own.maps}
      note={own.mapsNote}
      action={
        <Button size="sm" icon={Plus} onClick={() => setNaming({ id: newClientId('map'), name: own.firstMap })}>
          {own.newMap}
        </Button>
      }
    >
      {venue.maps.length === 0 ? (
        <EmptyState compact icon={Grid3x3} title={own.noMaps}>
          {own.noMapsBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {venue.maps.map(map => (
            <li key={map.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3">
              <div className="min-w-0 flex-1 basis-48">
                <p className="truncate font-semibold">
                  <Link to="/studio/venues/$id/maps/$map" params={{ id: venue.id, map: map.id }} className="hover:underline">
                    {map.name}
                  </Link>
                </p>
                <p className="tabular text-sm text-muted">{own.counts(format.number(map.seats), format.number(map.standing))}</p>
              </div>
              <Tag tone={map.version === null ? 'held' : map.changed ? 'ion' : 'good'}>
                {map.version === null
                  ? own.isDraft
                  : map.changed
                    ? own.isChanged(format.number(map.version))
                    : own.isPublished(format.number(map.version))}
              </Tag>
              <Link to="/studio/venues/$id/maps/$map" params={{ id: venue.id, map: map.id }} className={buttonClass('quiet', 'sm')}>
                <Pencil size={14} aria-hidden />
                {own.draw}
              </Link>
              <IconButton
                icon={Copy}
                size="sm"
                label={`${own.copyMap}: ${map.name}`}
                onClick={() => setNaming({ id: newClientId('map'), name: own.copyOf(map.name), like: map.id })}
              />
              <IconButton icon={Trash2} size="sm" label={`${t.common.remove}: ${map.name}`} onClick={() => setRemoving(map)} />
            </li>
          ))}
        </ul>
      )}
      <Dialog
        open={naming !== null}
        onOpenChange={() => setNaming(null)}
        title={own.newMap}
        footer={
          <Button
            busy={save.isPending}
            disabled={naming?.name.trim() === ''}
            onClick={() => naming && save.mutate({ ...naming, name: naming.name.trim() })}
          >
            {t.common.save}
          </Button>
        }
      >
        <Input
          label={own.mapName}
          hint={own.mapNameHint}
          value={naming?.name ?? ''}
          maxLength={80}
          autoFocus
          onChange={event => naming && setNaming({ ...naming, name: event.target.value })}
        />
      </Dialog>
      <Confirm
        open={removing !== null}
        onOpenChange={() => setRemoving(null)}
        title={own.removeMap}
        body={own.removeMapBody(removing?.name ?? '')}
        action={t.common.remove}
        onConfirm={async () => {
          await api('DELETE /maps/:id', { id: removing!.id }).catch((error: unknown) => toast(faultText(t, error), { tone: 'bad' }))
          await again()
        }}
      />
    </Panel>
  )
}

function Pictures({ venue }: { venue: Venue }) {
  const t = useWords()
  const own = t.selling.seating
  const client = useQueryClient()
  const all = uploads.use()
  const order = useMutation({
    mutationFn: (pictures: string[]) => api('PUT /venues/:id/picture-order', { id: venue.id, pictures }),
    onSuccess: next => client.setQueryData(venueQuery(venue.id).queryKey, next),
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  })
  const take = useCallback(
    async (upload: string, key: (typeof all)[number]['key']) => {
      uploads.forget([key])
      await api('PUT /venues/:id/pictures', { id: venue.id, upload }).catch((error: unknown) => toast(faultText(t, error), { tone: 'bad' }))
      await client.invalidateQueries({ queryKey: venueQuery(venue.id).queryKey })
    },
    [client, t, venue.id],
  )
  useEffect(() => {
    for (const one of all) if (one.state === 'done' && one.upload) void take(one.upload, one.key)
  }, [all, take])
  const assets = venue.pictures.map(picture => picture.asset)
  const move = (from: number, to: number) => {
    const next = [...assets]
    next.splice(to, 0, next.splice(from, 1)[0]!)
    order.mutate(next)
  }
  return (
    <Panel title={own.pictures} note={own.picturesNote}>
      {assets.length > 0 ? (
        <ul className="mb-4 grid grid-cols-2 gap-3 sm:grid-cols-4">
          {assets.map((asset, index) => (
            <li key={asset} className="min-w-0">
              <Cover id={asset} picture={venue.pictures[index]!.url} alt={own.picture(index + 1)} size={240} className="w-full" />
              <div className="mt-1 flex justify-center">
                <IconButton
                  icon={ArrowUp}
                  size="sm"
                  tip={false}
                  label={own.earlier(index + 1)}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  icon={ArrowDown}
                  size="sm"
                  tip={false}
                  label={own.later(index + 1)}
                  disabled={index === assets.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <IconButton
                  icon={Trash2}
                  size="sm"
                  tip={false}
                  label={`${t.common.remove}: ${own.picture(index + 1)}`}
                  onClick={() => order.mutate(assets.filter(other => other !== asset))}
                />
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      <DropZone compact label={own.addPictures} accept="image/*" multiple onFiles={files => void uploads.send([...files])} />
      {all
        .filter(one => one.state !== 'done')
        .map(one => (
          <div key={one.key} className="mt-2">
            {one.state === 'failed' ? (
              <p className="text-sm text-danger">{t.common.failedTitle}</p>
            ) : (
              <Progress label={one.name} share={one.bytes > 0 ? one.sent / one.bytes : 0} />
            )}
          </div>
        ))}
    </Panel>
  )
}
