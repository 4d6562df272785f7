import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Lock, MessagesSquare, Search, SearchX, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { groupQuery, type Group } from '../groups/queries.ts'
import { useMe } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState } from '../ui/states.tsx'
import type { Place } from './composer.tsx'
import { PostList } from './list.tsx'
import { sourceOfGroup, type GroupView } from './view.ts'
import { WriteBox } from './write-box.tsx'

/** So long after the last letter it looks, in ms. */
const pauseMs = 250

/** The feed of a group: write, filter, find, read. */
export function GroupFeed({ id, view }: { id: string; view: GroupView }) {
  const t = useWords()
  const me = useMe()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  const source = sourceOfGroup(id, view)
  if (!group.can.read)
    return (
      <EmptyState icon={Lock} title={t.feed.membersRead}>
        {t.feed.membersReadBody}
      </EmptyState>
    )
  const place: Place = {
    kind: 'group',
    id: group.id,
    name: group.name,
    picture: group.page?.picture ?? null,
    asArtist: group.you.artist ? (group.page?.name ?? null) : null,
  }
  return (
    <div className="mx-auto grid max-w-[640px] gap-x-10 xl:max-w-[980px] xl:grid-cols-[minmax(0,640px)_300px]">
      <div className="min-w-0">
        {group.can.write ? <WriteBox place={place} me={me} /> : null}
        <Bar id={id} view={view} artist={group.kind === 'official'} />
        <PostList
          key={JSON.stringify(source)}
          source={source}
          topics={[`group:${group.id}`]}
          empty={
            view.q ? (
              <EmptyState icon={SearchX} title={t.feed.searchNone(view.q)} compact />
            ) : (
              <EmptyState icon={MessagesSquare} title={t.feed.emptyGroup} compact>
                {group.can.write ? t.feed.emptyGroupBody : t.feed.emptyGroupOther}
              </EmptyState>
            )
          }
        />
      </div>
      <Beside group={group} />
    </div>
  )
}

/** On wide screens: what the group is about and who looks after it. */
function Beside({ group }: { group: Group }) {
  const t = useWords()
  if (!group.about && group.hosts.length === 0) return null
  return (
    <aside className="max-xl:hidden">
      <div className="sticky top-20 rounded-lg border border-line bg-surface p-5">
        {group.about ? <p className="line-clamp-8 leading-relaxed whitespace-pre-line">{group.about}</p> : null}
        {group.hosts.length > 0 ? (
          <ul className="mt-4 flex flex-col gap-2.5 first:mt-0">
            {group.hosts.slice(0, 6).map(one => (
              <li key={one.id} className="flex items-center gap-3">
                <Cover id={one.id} alt="" size={36} round className="size-9 shrink-0" />
                <span className="min-w-0 flex-1 truncate font-medium">{one.name}</span>
                {one.role === 'member' ? null : <span className="shrink-0 text-xs text-muted">{t.feed[one.role]}</span>}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </aside>
  )
}

const chip =
  'h-9 shrink-0 rounded-full px-4 text-[13px] font-medium text-muted transition-colors hover:text-ink focus-visible:rounded-full aria-pressed:bg-ink aria-pressed:text-bg bg-raised'

/** All, the artist's own, what was liked most this week; and looking for words, Chinese also by its sound. */
function Bar({ id, view, artist }: { id: string; view: GroupView; artist: boolean }) {
  const t = useWords()
  const navigate = useNavigate()
  const [open, setOpen] = useState(view.q !== undefined)
  const [typed, setTyped] = useState(view.q ?? '')
  const go = (search: GroupView, replace = false) =>
    void navigate({ to: '/groups/$id', params: { id }, search, replace, resetScroll: false })
  // A tag that was pressed stands in the field.
  useEffect(() => {
    if (view.q === undefined) return
    setTyped(view.q)
    setOpen(true)
  }, [view.q])
  const q = typed.trim()
  useEffect(() => {
    if (!open || q === (view.q ?? '')) return
    const later = setTimeout(() => go(q === '' ? {} : { q }, view.q !== undefined), pauseMs)
    return () => clearTimeout(later)
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed makes it look
  }, [q, open])
  const shut = () => {
    setOpen(false)
    setTyped('')
    if (view.q !== undefined) go({})
  }
  if (open)
    return (
      <search className="mb-4 flex items-center gap-2">
        <label className="relative min-w-0 flex-1">
          <span className="sr-only">{t.feed.search}</span>
          <Search size={17} aria-hidden className="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-muted" />
          <input
            type="search"
            value={typed}
            autoFocus={view.q === undefined}
            placeholder={t.feed.searchPlaceholder}
            maxLength={100}
            onChange={event => setTyped(event.target.value)}
            onKeyDown={event => event.key === 'Escape' && shut()}
            className="h-11 w-full rounded-full border border-line-strong bg-surface pr-4 pl-10 text-base outline-none placeholder:text-muted focus:border-focus focus:outline-2 focus:outline-focus sm:text-sm [&::-webkit-search-cancel-button]:hidden"
          />
        </label>
        <IconButton icon={X} label={t.feed.searchClear} tip={false} onClick={shut} />
      </search>
    )
  const on = view.show ?? 'all'
  return (
    <div className="mb-4 flex items-center gap-2">
      <div role="group" aria-label={t.feed.tabs} className="no-bar flex min-w-0 flex-1 gap-2 overflow-x-auto py-1">
        {(['all', ...(artist ? (['artist'] as const) : []), 'popular'] as const).map(one => (
          <button
            key={one}
            type="button"
            aria-pressed={on === one}
            onClick={() => go(one === 'all' ? {} : { show: one })}
            className={cx(chip)}
          >
            {t.feed.views[one]}
          </button>
        ))}
      </div>
      <IconButton icon={Search} label={t.feed.search} tip={false} onClick={() => setOpen(true)} className="-mr-1.5" />
    </div>
  )
}
