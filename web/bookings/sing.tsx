import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowUpToLine, Check, MicVocal, Plus, QrCode, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, read } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { bookingQuery, songsQuery, type Songbook } from './queries.ts'

type Song = Songbook['waiting'][number]

/** The songbook of a room in use: on the tablet of the room, and on the phones of everyone in it. */
export function SingPage({ id, code }: { id: string; code: string | undefined }) {
  const t = useWords()
  const b = t.bookings
  const format = useFormat()
  const client = useQueryClient()
  const query = songsQuery(id, code)
  const { data: book, error, isPending, refetch } = useQuery(query)
  const again = () => void client.invalidateQueries({ queryKey: query.queryKey })
  useLive([code ? `songs:${id}.${code}` : `songs:${id}`], again, again)
  const key = code ? { key: code } : {}
  const act = useMutation({
    mutationFn: ({ what, song }: { what: 'sung' | 'next' | 'drop'; song: string }) =>
      what === 'drop'
        ? api('DELETE /bookings/:id/songs/:song', { id, song, ...key })
        : what === 'sung'
          ? api('POST /bookings/:id/songs/:song/sung', { id, song, ...key })
          : api('POST /bookings/:id/songs/:song/next', { id, song, ...key }),
    onSuccess: next => client.setQueryData(query.queryKey, next),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
  })
  if (error && !book) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const { now, waiting, sung, open } = book
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl sm:text-2xl">{book.title}</h1>
          <p className="text-sm text-muted">
            {b.singEnds(book.localEnd)} · {b.singCount(format.number(sung.length))}
          </p>
        </div>
        {open ? <Share id={id} code={code} /> : <Tag>{b.singClosed}</Tag>}
      </header>
      <div className="grid gap-8 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-6">
          <section>
            <h2 className="mb-2 text-base">{b.singNow}</h2>
            {now ? (
              <div className="flex flex-col gap-4 rounded-lg border border-accent-mark bg-accent-soft p-5">
                <div className="flex min-w-0 items-center gap-4">
                  <Cover id={now.track} picture={now.picture} alt="" size={96} className="w-20 shrink-0" />
                  <div className="min-w-0">
                    <p className="text-xl leading-tight font-bold [overflow-wrap:anywhere]">{now.title}</p>
                    <p className="truncate text-muted">{now.artists}</p>
                    {now.name ? <p className="truncate text-sm">{now.name}</p> : null}
                  </div>
                </div>
                {open ? (
                  <Button size="lg" icon={Check} busy={act.isPending} onClick={() => act.mutate({ what: 'sung', song: now.id })}>
                    {b.sung}
                  </Button>
                ) : null}
              </div>
            ) : (
              <EmptyState compact icon={MicVocal} title={b.singNone} />
            )}
            {book.authors > 0 ? <p className="mt-2 text-xs text-muted">{b.singAuthors(format.percent(book.authors / 10_000))}</p> : null}
          </section>
          {waiting.length > 0 ? (
            <section>
              <h2 className="mb-2 text-base">{b.singNext}</h2>
              <ol className="flex flex-col">
                {waiting.map((song, index) => (
                  <Line key={song.id} song={song} number={index + 1}>
                    {open ? (
                      <>
                        {index > 0 ? (
                          <IconButton
                            icon={ArrowUpToLine}
                            size="sm"
                            label={`${b.toFront}: ${song.title}`}
                            onClick={() => act.mutate({ what: 'next', song: song.id })}
                          />
                        ) : null}
                        <IconButton
                          icon={X}
                          size="sm"
                          label={`${b.drop}: ${song.title}`}
                          onClick={() => act.mutate({ what: 'drop', song: song.id })}
                        />
                      </>
                    ) : null}
                  </Line>
                ))}
              </ol>
            </section>
          ) : null}
          {sung.length > 0 ? (
            <section>
              <h2 className="mb-2 text-base">{b.sungTitle}</h2>
              <ol className="flex flex-col">
                {sung.map(song => (
                  <Line key={song.id} song={song} />
                ))}
              </ol>
            </section>
          ) : null}
        </div>
        {open ? <Search id={id} code={code} onBook={next => client.setQueryData(query.queryKey, next)} /> : null}
      </div>
    </div>
  )
}

function Line({ song, number, children }: { song: Song; number?: number; children?: React.ReactNode }) {
  return (
    <li className="flex min-w-0 items-center gap-3 border-b border-line py-2 last:border-0">
      {number === undefined ? null : <span className="tabular w-5 shrink-0 text-center text-sm text-muted">{number}</span>}
      <Cover id={song.track} picture={song.picture} alt="" size={48} className="w-11 shrink-0" />
      <span className="min-w-0 flex-1">
        <b className="block truncate font-medium">{song.title}</b>
        <span className="block truncate text-xs text-muted">{[song.artists, song.name].filter(Boolean).join(' · ')}</span>
      </span>
      {children}
    </li>
  )
}

function Search({ id, code, onBook }: { id: string; code: string | undefined; onBook: (book: Songbook) => void }) {
  const t = useWords()
  const b = t.bookings
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  const [name, setName] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 250)
    return () => clearTimeout(timer)
  }, [typed])
  const { data, error, isFetching } = useQuery({
    ...read('GET /search', { q: q || '-', kind: 'track', limit: 20 }),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })
  const add = useMutation({
    mutationFn: (track: { id: string; title: string }) =>
      api('POST /bookings/:id/songs', { id, song: newClientId('sng'), track: track.id, name: name.trim(), ...(code ? { key: code } : {}) }),
    onSuccess: (next, track) => {
      onBook(next)
      toast(b.singAdded(track.title), { tone: 'good' })
    },
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
  })
  const tracks = q === '' ? [] : (data?.tracks ?? [])
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <Input
        label={b.singFind}
        hideLabel
        type="search"
        placeholder={b.singFind}
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
      <Input
        label={b.singName}
        hideLabel
        placeholder={b.singName}
        maxLength={40}
        value={name}
        onChange={event => setName(event.target.value)}
      />
      {error ? <p className="text-danger">{faultText(t, error)}</p> : null}
      {q !== '' && !isFetching && tracks.length === 0 && !error ? <p className="text-muted">{b.noSongs}</p> : null}
      <ul className="flex flex-col">
        {tracks.map(track => (
          <li key={track.id} className="flex min-w-0 items-center gap-3 border-b border-line py-2 last:border-0">
            <Cover id={track.id} picture={track.cover} alt="" size={48} className="w-11 shrink-0" />
            <span className="min-w-0 flex-1">
              <b className="block truncate font-medium">{track.title}</b>
              <span className="block truncate text-xs text-muted">{track.artists.map(artist => artist.name).join(' · ')}</span>
            </span>
            <IconButton icon={Plus} label={`${b.singAdd}: ${track.title}`} disabled={add.isPending} onClick={() => add.mutate(track)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Guests open the same page by its code; nobody signs in. */
function Share({ id, code }: { id: string; code: string | undefined }) {
  const b = useWords().bookings
  const [open, setOpen] = useState(false)
  const { data: booking } = useQuery({ ...bookingQuery(id), enabled: open && !code })
  const key = code ?? booking?.code
  const url = key === undefined ? '' : `${window.location.origin}/bookings/${id}/sing?key=${key}`
  const [qr, setQr] = useState<{ size: number; path: string } | null>(null)
  useEffect(() => {
    let gone = false
    if (open && url)
      void import('./qr.ts').then(module => {
        if (!gone) setQr(module.qrOf(url))
      })
    return () => {
      gone = true
    }
  }, [open, url])
  return (
    <>
      <Button look="quiet" icon={QrCode} onClick={() => setOpen(true)}>
        {b.singShare}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={b.singShare} description={b.singShareBody}>
        <div className="flex flex-col items-center gap-4">
          {qr ? (
            <svg
              viewBox={`-2 -2 ${qr.size + 4} ${qr.size + 4}`}
              role="img"
              aria-label={url}
              className="w-64 rounded-md"
              shapeRendering="crispEdges"
            >
              <rect x="-2" y="-2" width="100%" height="100%" fill="#fff" />
              <path d={qr.path} fill="#000" />
            </svg>
          ) : null}
          <Button
            look="quiet"
            disabled={!url}
            onClick={() => void navigator.clipboard.writeText(url).then(() => toast(b.copied, { tone: 'good' }))}
          >
            {b.copy}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
