import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Newspaper, PenLine, Sparkles, UsersRound } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState } from '../ui/states.tsx'
import type { Place } from './composer.tsx'
import { PostList } from './list.tsx'
import { sourceOfFeed, type FeedView } from './view.ts'
import { WriteBox } from './write-box.tsx'

/** Everything from where one belongs, in order of time; what is popular; what one wrote. */
export function FeedPage({ view }: { view: FeedView }) {
  const t = useWords()
  const me = useMe()
  const source = sourceOfFeed(view, me !== null)
  const { data: mine } = useQuery({ ...read('GET /me/groups'), enabled: me !== null })
  const places = (mine?.items ?? []).map((group): Place => ({ kind: 'group', id: group.id, name: group.name, picture: group.picture }))
  const [first] = places
  const find = (
    <Link to="/groups" className={buttonClass('primary')}>
      <UsersRound size={16} aria-hidden />
      {t.feed.findGroups}
    </Link>
  )
  const empty = {
    mine: (
      <EmptyState icon={Newspaper} title={t.feed.emptyMine} action={find}>
        {t.feed.emptyMineBody}
      </EmptyState>
    ),
    popular: <EmptyState icon={Sparkles} title={t.feed.emptyPopular} action={find} />,
    own: <EmptyState icon={PenLine} title={t.feed.emptyOwn} action={find} />,
  }
  return (
    <div className="mx-auto grid max-w-[640px] gap-x-10 xl:max-w-[980px] xl:grid-cols-[minmax(0,640px)_300px]">
      <div className="min-w-0">
        <div className="flex items-center justify-between gap-3">
          <h1 className="text-xl">{t.feed.title}</h1>
          <Link to="/groups" className={buttonClass('quiet', 'sm')}>
            <UsersRound size={14} aria-hidden />
            {t.groups.title}
          </Link>
        </div>
        {me ? (
          <nav aria-label={t.feed.tabs} className="mt-3 mb-4 flex gap-2 overflow-x-auto no-bar">
            {([undefined, 'popular', 'own'] as const).map(show => (
              <Link
                key={show ?? 'mine'}
                to="/feed"
                search={show ? { show } : {}}
                activeOptions={{ exact: true, includeSearch: true }}
                className="flex h-9 shrink-0 items-center rounded-full bg-raised px-4 text-[13px] font-medium text-muted transition-colors hover:text-ink focus-visible:rounded-full aria-[current=page]:bg-ink aria-[current=page]:text-bg"
              >
                {t.feed[show ?? 'mine']}
              </Link>
            ))}
          </nav>
        ) : (
          <p className="mt-1 mb-4 text-muted">{t.feed.popular}</p>
        )}
        {me ? <MyGroups className="mb-4 xl:hidden" /> : null}
        {first && source.kind !== 'popular' ? <WriteBox place={first} choices={places} me={me} /> : null}
        <PostList
          key={source.kind}
          source={source}
          topics={me ? ['me'] : []}
          placed
          empty={empty[source.kind === 'own' || source.kind === 'popular' ? source.kind : 'mine']}
        />
      </div>
      <aside className="max-xl:hidden">{me ? <MyGroups tall /> : null}</aside>
    </div>
  )
}

/** The groups one is in: a strip of faces on a phone, a list beside the feed on wide screens. */
function MyGroups({ tall, className }: { tall?: boolean; className?: string }) {
  const t = useWords()
  const format = useFormat()
  const { data } = useQuery(read('GET /me/groups'))
  const groups = data?.items ?? []
  if (groups.length === 0) return null
  if (tall)
    return (
      <nav aria-label={t.feed.myGroups} className="sticky top-20 rounded-lg border border-line bg-surface p-4">
        <h2 className="mb-2 px-2 text-base">{t.feed.myGroups}</h2>
        <ul>
          {groups.slice(0, 12).map(group => (
            <li key={group.id}>
              <Link to="/groups/$id" params={{ id: group.handle }} className="flex items-center gap-3 rounded-sm px-2 py-2 hover:bg-raised">
                <Cover id={group.id} picture={group.picture} alt="" size={40} round className="size-10 shrink-0" />
                <span className="min-w-0">
                  <span className="block truncate font-medium">{group.name}</span>
                  <span className="block truncate text-xs text-muted">{t.groups.members(format.compact(group.members))}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <Link to="/groups" className={buttonClass('plain', 'sm', 'mt-1')}>
          {t.feed.findGroups}
        </Link>
      </nav>
    )
  return (
    <nav aria-label={t.feed.myGroups} className={className}>
      <ul className="no-bar -mx-4 flex gap-4 overflow-x-auto px-4">
        {groups.map(group => (
          <li key={group.id} className="w-16 shrink-0">
            <Link to="/groups/$id" params={{ id: group.handle }} className="flex flex-col items-center gap-1.5">
              <Cover id={group.id} picture={group.picture} alt="" size={60} round className="size-15 ring-2 ring-line" />
              <span className="w-full truncate text-center text-[11px] text-muted">{group.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
