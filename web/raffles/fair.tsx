import { Check, Download, FileCheck2, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import type { RaffleVerdict } from '../../shared/raffle-draw.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, Panel } from '../ui/states.tsx'
import type { Raffle } from './queries.ts'

const address = (id: string): string => `/api/v1/raffles/${id}/raffle.json`

/** Commitment, rules, list and seed; the file; and the draw repeated in this browser, step by step. */
export function Fair({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const rows: [string, string | null, string][] = [
    [t.raffles.commitment, raffle.commitment, t.raffles.commitmentNote],
    [t.raffles.rulesDigest, raffle.rulesDigest, ''],
    [t.raffles.digest, raffle.digest, t.raffles.digestNote],
    [t.raffles.seed, raffle.seed, raffle.seed ? '' : t.raffles.seedHidden],
  ]
  return (
    <Panel title={t.raffles.fair} note={t.raffles.fairBody}>
      <dl className="flex flex-col gap-3">
        {rows.map(([name, value, note]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">
              {name}
              {note ? ` · ${note}` : ''}
            </dt>
            <dd className="mt-0.5">
              {value ? (
                <code className="text-xs leading-snug [overflow-wrap:anywhere]">{value}</code>
              ) : (
                <span className="text-muted">{t.raffles.later}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex flex-wrap gap-2">
        {raffle.state === 'drawn' ? <Redraw raffle={raffle} /> : null}
        <a href={address(raffle.id)} download="raffle.json" className={buttonClass('quiet')}>
          <Download size={15} aria-hidden />
          {t.raffles.download}
        </a>
      </div>
      <p className="mt-3 text-xs text-muted">{t.raffles.downloadNote}</p>
    </Panel>
  )
}

function Redraw({ raffle }: { raffle: Raffle }) {
  const t = useWords()
  const [verdict, setVerdict] = useState<RaffleVerdict | 'running' | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const run = async (against?: string) => {
    setFailed(null)
    setVerdict('running')
    try {
      const [{ verifyRaffle }, { hashes }, answer] = await Promise.all([
        import('../../shared/raffle-draw.ts'),
        import('./hashes.ts'),
        fetch(address(raffle.id)),
      ])
      setVerdict(await verifyRaffle(await answer.text(), hashes, { against }))
    } catch (error) {
      setVerdict(null)
      setFailed(error)
    }
  }
  return (
    <div className="flex w-full flex-col gap-4">
      <Button size="lg" icon={RotateCw} className="w-full" busy={verdict === 'running'} onClick={() => void run()}>
        {t.raffles.redraw}
      </Button>
      {failed ? <ErrorState error={failed} compact /> : null}
      {verdict !== null && verdict !== 'running' ? (
        <div role="status" className="flex flex-col gap-3">
          <ul className="flex flex-col gap-2">
            {verdict.checks.map(check => (
              <li key={check.name} className="flex gap-2.5">
                <span
                  className={cx(
                    'mt-0.5 grid size-5 shrink-0 place-items-center rounded-full',
                    check.ok ? 'bg-paid-soft text-paid' : 'bg-danger-soft text-danger',
                  )}
                >
                  {check.ok ? <Check size={13} strokeWidth={3} aria-hidden /> : <X size={13} strokeWidth={3} aria-hidden />}
                </span>
                <span className="min-w-0">
                  {t.raffles.checks[check.name]}
                  {check.ok ? null : <span className="block text-sm text-danger">{check.detail}</span>}
                </span>
              </li>
            ))}
          </ul>
          <p className={cx('rounded-md px-4 py-3 font-semibold', verdict.ok ? 'bg-paid-soft text-paid' : 'bg-danger-soft text-danger')}>
            {verdict.ok ? t.raffles.redrawOk : t.raffles.redrawBad}
          </p>
          <label className={cx(buttonClass('quiet'), 'cursor-pointer focus-within:outline-2 focus-within:outline-focus')}>
            <FileCheck2 size={15} aria-hidden />
            {t.raffles.redrawWith}
            <input
              type="file"
              accept="application/json,.json"
              className="sr-only"
              onChange={event => {
                const file = event.target.files?.[0]
                if (file) void file.text().then(text => run(text))
              }}
            />
          </label>
        </div>
      ) : null}
    </div>
  )
}
