import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { FlowPicture } from '../insight/flow.tsx'
import { Panel, Tag } from '../ui/states.tsx'

/** Where the money of a show went, once some of it is settled: its tickets, the fees, the takings, and who got them. */
export function ShowMoney({ show: { id, endsAt }, className }: { show: { id: string; endsAt: string }; className?: string }) {
  const t = useWords()
  const format = useFormat()
  const [now] = useState(() => Date.now())
  // Nothing has flowed before the show is over (its money is due the day after): while it sells nobody asks.
  const { data: flow } = useQuery({ ...read('GET /shows/:id/money', { id }), enabled: Date.parse(endsAt) <= now })
  // Without the picture nothing is lost.
  if (!flow || flow.links.length === 0) return null
  return (
    <Panel
      {...(className === undefined ? {} : { className })}
      title={t.shows.money.title}
      note={t.shows.money.cameIn(format.money(flow.total))}
      action={<Tag tone="good">{t.money.transfers(format.number(flow.transfers))}</Tag>}
    >
      <FlowPicture flow={flow} of={{ show: id, asset: flow.asset }} label={t.shows.money.title} names={t.shows.money.codes} />
    </Panel>
  )
}
