import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import {
  Copy,
  Download,
  Ellipsis,
  Heart,
  ListEnd,
  LogOut,
  Pause,
  Pencil,
  Play,
  Shuffle,
  SlidersHorizontal,
  Snowflake,
  Trash2,
  UsersRound,
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { KeepOffline } from '../offline/keep.tsx'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { usePlayer } from '../player/use.ts'
import { useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { faultText, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Entries } from './entries.tsx'
import { Faces, Mosaic } from './mosaic.tsx'
import { newPlaylistId, playlistQuery, refresh, type Playlist } from './queries.ts'
import { useEntries, useLive } from './use-entries.ts'

const EditDialog = lazy(() => import('./edit.tsx').then(module => ({ default: module.EditDialog })))
const RuleDialog = lazy(() => import('./rule-editor.tsx').then(module => ({ default: module.RuleDialog })))
const ShareDialog = lazy(() => import('./share.tsx').then(module => ({ default: module.ShareDialog })))
const ExportDialog = lazy(() => import('./share.tsx').then(module => ({ default: module.ExportDialog })))

type Open = 'edit' | 'rules' | 'share' | 'export' | null
/** The player's queue holds so many. */
const most = 1000

/** A playlist: who made it, play it, look through it, change it. */
export function PlaylistPage({ id, invite }: { id: string; invite?: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  const { data: list } = useSuspenseQuery(playlistQuery(id, invite))
  const loaded = useEntries(id, invite)
  useLive(list)
  const [open, setOpen] = useState<Open>(null)
  const alive = loaded.entries.flatMap(entry => (entry.track && entry.dead === null ? [{ id: entry.id, track: entry.track }] : []))
  const here = new Set(alive.map(one => one.track.id))
  const sounding = usePlayer(state => {
    const track = state.queue.entries[state.queue.at]?.track
    return (state.status === 'playing' || state.status === 'loading') && track?.source === 'playlist' && here.has(track.id)
  })
  const queue = alive.slice(0, most).map(one => playable(one.track, 'playlist'))
  const play = () => {
    if (sounding) player.pause()
    else player.playTracks(queue)
  }
  const shuffle = () => {
    const mixed = alive.map(one => [Math.random(), one] as const).toSorted((a, b) => a[0] - b[0])
    player.playTracks(mixed.slice(0, most).map(([, one]) => playable(one.track, 'playlist')))
  }
  const covers = list.covers.length > 0 ? list.covers : coversOf(alive.map(one => one.track))
  const minutes = Math.round(list.durationMs / 60_000)
  const facts = [
    t.playlists.tracks(list.entries ?? 0),
    list.durationMs > 0 ? t.playlists.hours(Math.floor(minutes / 60), minutes % 60) : null,
    list.followers > 0 ? t.playlists.followers(format.compact(list.followers)) : null,
    t.playlists.changed(format.date(list.changedAt)),
  ]
  const people = [list.owner, ...list.collaborators]
  return (
    <div>
      <Glow id={list.id} covers={covers} />
      <header className="relative flex flex-col items-center gap-6 pt-1 sm:flex-row sm:items-end sm:gap-8 sm:pt-6">
        <Mosaic
          id={list.id}
          covers={covers}
          smart={list.smart}
          size={232}
          eager
          className="w-[56vw] max-w-[232px] shrink-0 shadow-pop sm:w-[232px]"
        />
        <div className="w-full min-w-0 text-center sm:text-left">
          <p className="flex flex-wrap items-center justify-center gap-2 sm:justify-start">
            <Tag tone={list.smart ? 'accent' : 'plain'}>{list.smart ? t.playlists.smart : t.playlists.one}</Tag>
            {list.collaborative ? <Tag tone="ion">{t.playlists.together}</Tag> : null}
            {list.role === 'owner' && list.visibility !== 'private' ? <Tag>{t.playlists.visible[list.visibility]}</Tag> : null}
          </p>
          <h1 className="mt-2.5 text-xl break-words sm:text-2xl">{list.name}</h1>
          {list.note ? <p className="mt-2 max-w-[70ch] whitespace-pre-line text-muted max-sm:mx-auto">{list.note}</p> : null}
          <div className="mt-3 flex flex-wrap items-center justify-center gap-x-3 gap-y-2 sm:justify-start">
            <Faces people={people} />
            <p className="font-medium">
              {people
                .map(one => one.name)
                .slice(0, 3)
                .join(', ')}
            </p>
            <p className="tabular text-[13px] text-muted">{facts.filter(Boolean).join(' · ')}</p>
          </div>
          {list.source ? (
            <p className="mt-1 text-xs text-muted">
              {t.playlists.copyOf}{' '}
              <Link to="/playlists/$id" params={{ id: list.source.id }} className="underline underline-offset-4 hover:text-ink">
                {list.source.name}
              </Link>
            </p>
          ) : null}
          <div className="mt-5 flex flex-wrap items-center justify-center gap-2 sm:justify-start">
            <Button size="lg" filled icon={sounding ? Pause : Play} disabled={alive.length === 0} onClick={play}>
              {sounding ? t.player.pause : t.playlists.play}
            </Button>
            <IconButton size="lg" icon={Shuffle} label={t.playlists.shuffle} disabled={alive.length === 0} onClick={shuffle} />
            <Follow list={list} />
            <IconButton size="lg" icon={UsersRound} label={t.playlists.share} onClick={() => setOpen('share')} />
            {loaded.complete ? (
              <KeepOffline
                set={{ id, kind: 'playlist', title: list.name, by: list.owner.name, cover: alive[0]?.track.cover ?? null }}
                tracks={alive.map(one => one.track)}
              />
            ) : null}
            <More list={list} onOpen={setOpen} queue={() => queue} />
          </div>
        </div>
      </header>
      {list.invited && invite ? <Invited list={list} invite={invite} /> : null}
      <Entries list={list} loaded={loaded} />
      <Suspense>
        {open === 'edit' ? <EditDialog list={list} onClose={() => setOpen(null)} /> : null}
        {open === 'rules' ? <RuleDialog list={list} onClose={() => setOpen(null)} /> : null}
        {open === 'share' ? <ShareDialog list={list} onClose={() => setOpen(null)} /> : null}
        {open === 'export' ? <ExportDialog list={list} invite={invite} onClose={() => setOpen(null)} /> : null}
      </Suspense>
    </div>
  )
}

type Picture = { small: string; medium: string; large: string }
/** Of a list by rule, whose covers nobody keeps: from the tracks that are here. */
function coversOf(tracks: readonly { release: { id: string }; cover: Picture | null }[]): Picture[] {
  const byRelease = new Map<string, Picture>()
  for (const { release, cover } of tracks) {
    if (cover && !byRelease.has(release.id)) byRelease.set(release.id, cover)
    if (byRelease.size === 4) break
  }
  return [...byRelease.values()]
}

const Glow = ({ id, covers }: { id: string; covers: readonly Picture[] }) => (
  <div
    aria-hidden
    className="pointer-events-none absolute inset-x-0 top-0 h-96 overflow-hidden [mask-image:linear-gradient(black,transparent)] lg:left-[232px]"
  >
    <div className="absolute -inset-x-10 -top-40 h-96 opacity-30 blur-[80px] saturate-150 dark:opacity-25">
      <Mosaic id={id} covers={covers.slice(0, 1)} size={64} className="size-full !rounded-none" />
    </div>
  </div>
)

function Follow({ list }: { list: Playlist }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (on: boolean) =>
      on ? api('POST /playlists/:id/follow', { id: list.id }) : api('DELETE /playlists/:id/follow', { id: list.id }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refresh(client, list.id),
  })
  if (!me || list.role !== null) return null
  return (
    <Button
      look="quiet"
      icon={Heart}
      filled={list.followed}
      aria-pressed={list.followed}
      busy={change.isPending}
      onClick={() => change.mutate(!list.followed)}
    >
      {list.followed ? t.playlists.following : t.playlists.follow}
    </Button>
  )
}

function Invited({ list, invite }: { list: Playlist; invite: string }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  const join = useMutation({
    mutationFn: () => api('POST /playlists/:id/join', { id: list.id, invite }),
    onSuccess: async () => {
      toast(t.playlists.joined, { tone: 'good' })
      await refresh(client, list.id)
      await navigate({ to: '/playlists/$id', params: { id: list.id }, replace: true })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <div className="relative mt-6 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-accent-soft px-5 py-4">
      <p className="font-medium">{t.playlists.invited(list.owner.name)}</p>
      {me ? (
        <Button busy={join.isPending} onClick={() => join.mutate()}>
          {t.playlists.join}
        </Button>
      ) : (
        <Button onClick={() => void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } })}>{t.shell.signIn}</Button>
      )}
    </div>
  )
}

function More({ list, onOpen, queue }: { list: Playlist; onOpen: (open: Open) => void; queue: () => Parameters<typeof player.add>[0] }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const go = (id: string) => navigate({ to: '/playlists/$id', params: { id } })
  const copy = useMutation({
    mutationFn: () => api('POST /playlists/:id/copy', { id: list.id, as: newPlaylistId() }),
    onSuccess: async made => {
      await refresh(client)
      toast(list.smart ? t.playlists.frozen : t.playlists.copied, { tone: 'good' })
      await go(made.id)
    },
    onError: failed,
  })
  const drop = useMutation({
    mutationFn: () => api('DELETE /playlists/:id', { id: list.id }),
    onSuccess: async () => {
      const back = () => void api('POST /playlists/:id/restore', { id: list.id }).then(() => refresh(client, list.id), failed)
      toast(t.playlists.deleted(list.name), { action: { label: t.common.undo, run: back } })
      await navigate({ to: '/library', search: { tab: 'playlists' } })
      await refresh(client)
    },
    onError: failed,
  })
  const leave = useMutation({
    mutationFn: () => api('DELETE /playlists/:id/collaborators/:person', { id: list.id, person: me?.id ?? '' }),
    onSuccess: async () => {
      toast(t.playlists.left)
      await navigate({ to: '/library', search: { tab: 'playlists' } })
      await refresh(client)
    },
    onError: failed,
  })
  const { change } = list.can
  const entries: MenuEntry[] = [
    ...(change ? [{ kind: 'action' as const, name: t.playlists.edit, icon: Pencil, run: () => onOpen('edit') }] : []),
    ...(change && list.smart
      ? [{ kind: 'action' as const, name: t.playlists.editRules, icon: SlidersHorizontal, run: () => onOpen('rules') }]
      : []),
    { kind: 'action', name: t.playlists.addAllToQueue, icon: ListEnd, run: () => player.add(queue()) },
    ...(me
      ? [
          {
            kind: 'action' as const,
            name: list.smart ? t.playlists.freeze : t.playlists.copy,
            icon: list.smart ? Snowflake : Copy,
            run: () => copy.mutate(),
          },
        ]
      : []),
    { kind: 'action', name: t.playlists.exportAs, icon: Download, run: () => onOpen('export') },
    ...(list.role === 'collaborator'
      ? [{ kind: 'action' as const, name: t.playlists.leave, icon: LogOut, run: () => leave.mutate() }]
      : []),
    ...(change
      ? [
          { kind: 'line' as const },
          { kind: 'action' as const, name: t.playlists.delete, icon: Trash2, danger: true, run: () => drop.mutate() },
        ]
      : []),
  ]
  return <Menu label={t.playlists.more} trigger={<IconButton size="lg" icon={Ellipsis} label={t.playlists.more} />} entries={entries} />
}
