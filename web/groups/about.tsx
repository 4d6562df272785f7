import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, Building2, CalendarDays, DoorOpen, Eye, Mic } from 'lucide-react'
import { useState } from 'react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Panel, Progress, Tag } from '../ui/states.tsx'
import { groupQuery, type Group } from './queries.ts'

/** What a group is about, its charter, who answers for it. */
export function GroupAbout({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  const facts = [
    { icon: Eye, text: t.groups.readsWho[group.visibility] },
    { icon: DoorOpen, text: t.groups.joinsHow[group.joining] },
    { icon: CalendarDays, text: t.groups.since(format.day(group.createdAt)) },
  ]
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1.6fr)_minmax(280px,1fr)]">
      <div className="flex flex-col gap-5">
        <Panel title={t.groups.about}>
          <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">
            {group.about || <span className="text-muted">{t.groups.noAbout}</span>}
          </p>
        </Panel>
        <Charter group={group} />
      </div>
      <div className="flex flex-col gap-5">
        {group.you.member ? <Level group={group} /> : null}
        <Panel>
          <ul className="flex flex-col gap-3">
            {facts.map(({ icon: Icon, text }) => (
              <li key={text} className="flex items-center gap-3">
                <Icon size={16} aria-hidden className="shrink-0 text-muted" />
                {text}
              </li>
            ))}
            {group.page ? (
              <li className="flex items-center gap-3">
                <Mic size={16} aria-hidden className="shrink-0 text-muted" />
                <Link
                  to="/artists/$id"
                  params={{ id: group.page.handle }}
                  className="flex items-center gap-2 font-medium hover:text-accent-ink"
                >
                  <Cover id={group.page.id} picture={group.page.picture} alt="" size={28} round className="size-7" />
                  {group.page.name}
                </Link>
              </li>
            ) : null}
            {group.agency?.confirmedAt ? (
              <li className="flex items-start gap-3">
                <Building2 size={16} aria-hidden className="mt-0.5 shrink-0 text-muted" />
                <div>
                  <p className="flex items-center gap-1.5 font-medium">
                    {group.agency.name}
                    <BadgeCheck size={15} role="img" aria-label={t.groups.agency} className="text-ion" />
                  </p>
                  <p className="text-xs text-muted">{t.groups.agencyHint}</p>
                </div>
              </li>
            ) : null}
          </ul>
        </Panel>
        <Panel title={t.groups.hosts}>
          <ul className="flex flex-col gap-2.5">
            {group.hosts.map(host => (
              <li key={host.id} className="flex items-center gap-3">
                <Cover id={host.id} alt="" size={36} round className="size-9" />
                <span className="min-w-0 flex-1 truncate font-medium">{host.name}</span>
                <Tag tone={host.role === 'owner' ? 'accent' : 'plain'}>{t.groups.roles[host.role]}</Tag>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  )
}

/** One's level, what is missing to the next, and what it comes from. */
function Level({ group }: { group: Group }) {
  const t = useWords()
  const format = useFormat()
  const { level, activity, nextLevel, since } = group.you
  return (
    <Panel title={t.groups.yourLevel} note={since ? t.groups.memberSince(format.day(since)) : undefined}>
      <Progress
        label={t.groups.level(level)}
        share={nextLevel === null ? 1 : activity / nextLevel}
        detail={nextLevel === null ? t.groups.levelTop : t.groups.levelNext(format.number(nextLevel - activity))}
      />
      <p className="mt-3 text-xs text-muted">{t.groups.levelHow}</p>
    </Panel>
  )
}

function Charter({ group }: { group: Group }) {
  const t = useWords()
  const format = useFormat()
  const [before, setBefore] = useState(false)
  const { data } = useQuery({ ...read('GET /groups/:id/charter', { id: group.id }), enabled: before })
  const { charter } = group
  return (
    <Panel title={t.groups.charter} note={charter ? t.groups.charterVersion(charter.version, format.day(charter.at)) : undefined}>
      <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">
        {charter ? charter.text : <span className="text-muted">{t.groups.noCharter}</span>}
      </p>
      {charter && charter.version > 1 ? (
        <Button look="plain" size="sm" className="mt-3 -ml-3" aria-expanded={before} onClick={() => setBefore(!before)}>
          {t.groups.charterBefore}
        </Button>
      ) : null}
      {before ? (
        <ol className="mt-2 flex flex-col gap-4 border-t border-line pt-4">
          {data?.items.slice(1).map(one => (
            <li key={one.version}>
              <p className="text-xs font-medium text-muted">{t.groups.charterVersion(one.version, format.day(one.at))}</p>
              <p className="mt-1 max-w-[70ch] leading-relaxed whitespace-pre-line text-muted">{one.text}</p>
            </li>
          ))}
        </ol>
      ) : null}
    </Panel>
  )
}
