import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FilePlus2 } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Donut, seriesColour } from '../ui/chart.tsx'
import { ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import type { StudioReleaseData } from './release-data.ts'
import { SheetState } from './splits.tsx'

/** The split sheets of a release: those in force and those that wait for signatures. */
export function ReleaseSplits({ release }: { release: StudioReleaseData }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /releases/:id/splits', { id: release.id }))
  return (
    <Panel
      title={t.studio.splitsTitle}
      note={data?.items.length === 0 ? (data.sole ? t.music.soleOwner(data.sole.name) : t.music.noSplit) : t.studio.splitsIntro}
      action={
        <Link to="/studio/splits/new" search={{ subject: release.id }} className={buttonClass('quiet', 'sm')}>
          <FilePlus2 size={14} aria-hidden />
          {t.studio.newSheet}
        </Link>
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : (
        <ul className="grid gap-5 xl:grid-cols-2 xl:gap-x-10">
          {data.items.map(sheet => (
            <li key={sheet.id} className="flex items-center gap-5">
              <Donut
                label={t.studio.kinds[sheet.kind]}
                parts={sheet.parties.map(party => ({ name: party.name, share: party.shareBp / 10_000 }))}
                className="size-22 shrink-0"
              />
              <div className="min-w-0 flex-1">
                <p className="mb-1 flex flex-wrap items-center gap-2 font-semibold">
                  <Link to="/studio/splits/$id" params={{ id: sheet.id }} className="hover:underline">
                    {t.studio.kinds[sheet.kind]} · {t.studio.version(sheet.version)}
                  </Link>
                  <SheetState state={sheet.state} />
                </p>
                <ul className="text-[13px]">
                  {sheet.parties.map((party, index) => (
                    <li key={party.party} className="flex items-center gap-2">
                      <span aria-hidden className="size-2 rounded-full" style={{ background: seriesColour(index) }} />
                      <span className="truncate">{party.name}</span>
                      <span className="tabular ml-auto text-muted">{format.percent(party.shareBp / 10_000)}</span>
                    </li>
                  ))}
                </ul>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
