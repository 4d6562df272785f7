import { useQuery } from '@tanstack/react-query'
import { read } from '../../api.ts'
import { useFormat, useWords } from '../../i18n/use.tsx'
import { Money } from '../../ui/money.tsx'
import { Panel, Tag } from '../../ui/states.tsx'

/** What a payee owes after refunds, and which part of their income rests: with the reasons, and only where there is something to tell. */
export function PayeeNotes() {
  const t = useWords()
  const format = useFormat()
  const { data: owed } = useQuery(read('GET /me/owed'))
  const { data: reserve } = useQuery(read('GET /me/reserve'))
  const policies = reserve?.items.filter(one => one.shareBp > 0 || one.tranches.length > 0) ?? []
  if (!owed?.items.length && policies.length === 0) return null
  return (
    <div className="mb-5 grid gap-5 lg:grid-cols-2">
      {owed?.items.length ? (
        <Panel title={t.disputes.owed} note={t.disputes.owedNote}>
          <ul className="divide-y divide-line">
            {owed.items.map(one => (
              <li key={one.id} className="flex flex-wrap items-start justify-between gap-3 py-2.5">
                <div className="min-w-0">
                  <p className="font-medium">
                    {one.title} <Tag tone="held">{t.disputes.kind[one.kind]}</Tag>
                  </p>
                  <p className="text-muted">{one.reason}</p>
                </div>
                <p className="text-right">
                  {t.disputes.owedOf(
                    format.money({ ...one.amount, amount: (BigInt(one.amount.amount) - BigInt(one.recovered.amount)).toString() }),
                    format.money(one.amount),
                  )}
                </p>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {policies.map(one => (
        <Panel
          key={one.party.id}
          title={t.disputes.reserve}
          note={t.disputes.reserveNote(format.percent(one.shareBp / 10_000), format.number(one.days))}
        >
          <p className="mb-3">{one.reason}</p>
          {one.resting.map(value => (
            <p key={value.currency}>
              {t.disputes.resting} <Money value={value} state="held" className="font-semibold" />
            </p>
          ))}
          <ul className="mt-2 text-xs text-muted">
            {one.tranches.slice(0, 6).map(tranche => (
              <li key={`${tranche.releaseAt} ${tranche.amount.amount}`}>
                {t.disputes.freed(format.money(tranche.amount), format.date(tranche.releaseAt))}
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  )
}
