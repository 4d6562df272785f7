import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useNow } from './now.ts'
import { Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Tag } from '../ui/states.tsx'
import { FlagSheet } from './flag.tsx'
import { asked, kindName, PagedList, rowLook, type Flag, type Where } from './parts.tsx'

export const flagsQuery = (where: Where, state: 'open' | 'decided', kind: string, held: boolean) => ({
  queryKey: ['GET /moderation/flags', where, state, kind, held] as const,
  initialPageParam: '',
  queryFn: ({ pageParam, signal }: { pageParam: string; signal: AbortSignal }) =>
    api(
      'GET /moderation/flags',
      {
        ...asked(where),
        state,
        ...(kind ? { kind } : {}),
        ...(held ? { held: 'true' as const } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      },
      { signal },
    ),
  getNextPageParam: (last: { next: string | null }) => last.next ?? undefined,
})

/** What waits, or what was decided: one line each; Enter or a tap opens it beside the list. */
export function Queue({ where, state }: { where: Where; state: 'open' | 'decided' }) {
  const t = useWords()
  const [kind, setKind] = useState('')
  const [held, setHeld] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  const query = useInfiniteQuery(flagsQuery(where, state, kind, held))
  const rows = query.data?.pages.flatMap(page => page.items) ?? []
  const after = (id: string): string | null => {
    const at = rows.findIndex(row => row.id === id)
    return rows[at + 1]?.id ?? rows.find(row => row.id !== id)?.id ?? null
  }
  return (
    <>
      <div className="mb-4 grid grid-cols-2 gap-3 sm:flex">
        <Select
          label={t.moderating.allKinds}
          hideLabel
          className="sm:w-40"
          value={kind}
          onChange={event => setKind(event.target.value)}
          options={[
            { value: '', name: t.moderating.allKinds },
            ...Object.entries(t.moderation.kinds)
              .filter(([value]) => where === null || !['letter', 'page', 'person'].includes(value))
              .map(([value, name]) => ({ value, name })),
          ]}
        />
        {state === 'open' ? (
          <Select
            label={t.moderating.allWaiting}
            hideLabel
            className="sm:w-48"
            value={held ? 'held' : ''}
            onChange={event => setHeld(event.target.value === 'held')}
            options={[
              { value: '', name: t.moderating.allWaiting },
              { value: 'held', name: t.moderating.onlyHeld },
            ]}
          />
        ) : null}
      </div>
      <PagedList
        query={query}
        empty={
          state === 'open'
            ? { title: t.moderating.nothing, body: t.moderating.nothingBody }
            : { title: t.moderating.nothingDecided, body: t.moderating.nothingDecidedBody }
        }
        itemKey={row => row.id}
        item={row => <Row row={row} planet={where === null} onOpen={() => setOpen(row.id)} />}
      />
      {open ? <FlagSheet key={open} id={open} where={where} onClose={() => setOpen(null)} onNext={() => setOpen(after(open))} /> : null}
    </>
  )
}

function Row({ row, planet, onOpen }: { row: Flag; planet: boolean; onOpen: () => void }) {
  const t = useWords()
  const now = useNow()
  const hours = now === null ? null : Math.floor((Date.parse(row.due) - now) / 3_600_000)
  return (
    <button type="button" data-jk onClick={onOpen} className={rowLook}>
      <span className="min-w-0 flex-1 basis-64">
        <span className="block text-sm text-muted">
          {kindName(t, row.kind)} · {row.author ? t.moderating.byAuthor(row.author.name) : t.moderating.nobody}
          {planet && row.group ? ` · ${row.group.name}` : ''}
        </span>
        <span className="line-clamp-2 break-words">{row.seen ? row.seen.text || t.moderation.noText : t.moderation.goneText}</span>
        <span className="mt-1.5 flex flex-wrap gap-1.5">
          {row.hold ? <Tag tone="held">{t.moderating.holds[row.hold]}</Tag> : null}
          {row.reports > 0 ? <Tag tone="bad">{t.moderating.reportsCount(row.reports)}</Tag> : null}
          {row.reasons.slice(0, 3).map(({ reason }) => (
            <Tag key={reason}>{t.moderation.reasons[reason]}</Tag>
          ))}
          {row.level === 'planet' && row.group ? <Tag tone="ion">{t.moderating.escalatedTag}</Tag> : null}
        </span>
      </span>
      <span className="flex w-full flex-wrap gap-x-3 text-sm text-muted sm:w-auto sm:flex-col sm:items-end">
        <When at={row.at} show="dateTime" />
        {row.state === 'open' && hours !== null ? (
          <span className={hours < 0 ? 'font-medium text-danger' : ''}>{hours < 0 ? t.moderating.overdue : t.moderating.dueIn(hours)}</span>
        ) : null}
      </span>
    </button>
  )
}
