import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { History as HistoryIcon, Trash2, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { TrackMenu } from '../catalogue/track-list.tsx'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { ArtistLinks } from '../player/artist-links.tsx'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { Link } from '@tanstack/react-router'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshSmart } from './queries.ts'

type Play = Ok<'GET /me/history'>['items'][number]

/** What one heard, day by day; looked through by words and by app; taken out one by one or all at once. */
export function History() {
  const t = useWords()
  const client = useQueryClient()
  const [sought, setSought] = useState('')
  const [app, setApp] = useState('')
  const [asking, setAsking] = useState(false)
  const q = useDeferredValue(sought.trim())
  const filter = { ...(q ? { q } : {}), ...(app ? { app } : {}) }
  const query = useInfiniteQuery({
    queryKey: ['GET /me/history', filter],
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/history', { ...filter, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  const { data: apps } = useQuery(read('GET /me/history/apps'))
  const settle = () => {
    refreshSmart(client)
    return Promise.all([
      client.invalidateQueries({ queryKey: ['GET /me/history'] }),
      client.invalidateQueries({ queryKey: ['GET /me/recent'] }),
    ])
  }
  const forget = useMutation({
    mutationFn: (id: string) => api('DELETE /me/history/:id', { id }),
    onSuccess: () => toast(t.playlists.history.removed),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: settle,
  })
  const plays = query.data?.pages.flatMap(page => page.items) ?? []
  const filtered = q !== '' || app !== ''
  const appName = (name: string): string => (name === 'web' ? t.playlists.history.web : name)
  return (
    <div>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <Input
          label={t.playlists.history.search}
          hideLabel
          type="search"
          value={sought}
          placeholder={t.playlists.history.search}
          onChange={event => setSought(event.target.value)}
          className="min-w-0 flex-1 sm:max-w-xs"
        />
        {apps && apps.items.length > 1 ? (
          <Select
            label={t.playlists.history.app}
            hideLabel
            value={app}
            onChange={event => setApp(event.target.value)}
            options={[
              { value: '', name: t.playlists.history.anyApp },
              ...apps.items.map(({ name }) => ({ value: name, name: appName(name) })),
            ]}
            className="w-40"
          />
        ) : null}
        <Link to="/minutes" className={buttonClass('plain', 'md')}>
          {t.royalties.title}
        </Link>
        {plays.length > 0 ? (
          <Button look="plain" icon={Trash2} className="ml-auto" onClick={() => setAsking(true)}>
            {t.playlists.history.clear}
          </Button>
        ) : null}
      </div>
      {query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows rows={8} />
      ) : plays.length === 0 ? (
        <EmptyState
          icon={HistoryIcon}
          title={filtered ? t.playlists.history.nothing : t.playlists.history.none}
          action={
            filtered ? undefined : (
              <Link to="/" className={buttonClass('quiet')}>
                {t.music.goListen}
              </Link>
            )
          }
        >
          {filtered ? null : t.playlists.history.noneBody}
        </EmptyState>
      ) : (
        <Days plays={plays} appName={appName} onForget={id => forget.mutate(id)} />
      )}
      {query.hasNextPage ? (
        <div className="mt-6 flex justify-center">
          <Button look="quiet" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.playlists.history.clearTitle}
        body={t.playlists.history.clearBody}
        action={t.playlists.history.clear}
        onConfirm={async () => {
          await api('DELETE /me/history')
          toast(t.playlists.history.cleared)
          await settle()
        }}
      />
    </div>
  )
}

function Days({ plays, appName, onForget }: { plays: readonly Play[]; appName: (name: string) => string; onForget: (id: string) => void }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const [now] = useState(() => Date.now())
  const dayOf = (at: string | number): string => new Date(at).toLocaleDateString('sv')
  const today = dayOf(now)
  const yesterday = dayOf(now - 86_400_000)
  const days = Map.groupBy(plays, play => dayOf(play.at))
  const time = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return (
    <div className="flex flex-col gap-7">
      {[...days].map(([day, list]) => (
        <section key={day}>
          <h2 className="mb-2 text-sm font-semibold text-muted">
            {day === today ? t.playlists.history.today : day === yesterday ? t.playlists.history.yesterday : format.date(list[0]!.at)}
          </h2>
          <ul className="-mx-2">
            {list.map(play => (
              <li key={play.id} className="group flex min-h-14 items-center gap-3 rounded-sm px-2 py-1 hover:bg-raised/70">
                <time dateTime={play.at} className="tabular w-11 shrink-0 text-xs text-muted">
                  {time.format(new Date(play.at))}
                </time>
                <button
                  type="button"
                  aria-label={`${t.player.play}: ${play.track.title}`}
                  disabled={play.track.playable === 'no' || play.track.state !== 'ready'}
                  onClick={() => player.playTracks([playable(play.track, 'library')])}
                  className="shrink-0 rounded-sm disabled:opacity-50"
                >
                  <Cover id={play.track.release.id} picture={play.track.cover} alt="" size={44} className="size-11" />
                </button>
                <span className="min-w-0 flex-1">
                  <Link to="/tracks/$id" params={{ id: play.track.id }} className="block min-h-6 truncate font-medium hover:underline">
                    {play.track.title}
                  </Link>
                  <span className="block truncate text-[13px] text-muted">
                    <ArtistLinks artists={play.track.artists} />
                  </span>
                </span>
                {play.heard ? null : (
                  <span className="hidden text-xs text-muted md:block">{t.playlists.history.partly(format.duration(play.heardMs))}</span>
                )}
                {play.via === 'outside' ? <Tag tone="ion">{t.apps.links.in}</Tag> : null}
                {play.app === 'web' || play.app === '' ? null : (
                  <span className="hidden max-w-40 truncate sm:block">
                    <Tag>{appName(play.app)}</Tag>
                  </span>
                )}
                <TrackMenu
                  track={play.track}
                  source="library"
                  more={[{ kind: 'action', name: t.playlists.history.remove, icon: X, run: () => onForget(play.id) }]}
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
