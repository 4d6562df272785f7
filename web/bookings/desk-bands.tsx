import { Plus, Trash2 } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select } from '../ui/field.tsx'
import { Panel } from '../ui/states.tsx'
import { newBand, type BandDraft, type Draft } from './desk-draft.ts'

/** Prices: which hours of which days, and what each unit of them costs. */
export function BandsField({
  draft,
  onChange,
  bad,
  tried,
}: {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  bad: number | null
  tried: boolean
}) {
  const t = useWords()
  const [l, b] = [t.letting, t.bookings]
  const change = (index: number, next: Partial<BandDraft>) =>
    onChange({ bands: draft.bands.map((one, n) => (n === index ? { ...one, ...next } : one)) })
  return (
    <Panel title={l.bands} note={l.bandsBody}>
      <ul className="flex flex-col gap-4">
        {draft.bands.map((band, index) => (
          <li key={band.key} className="flex flex-col gap-3 rounded-md border border-line p-4">
            <div className="grid grid-cols-2 gap-3 sm:grid-cols-[2fr_1fr_1fr_1fr_auto] sm:items-end">
              <Input
                label={l.bandTitle}
                required
                maxLength={60}
                value={band.title}
                className="max-sm:col-span-2"
                onChange={event => change(index, { title: event.target.value })}
              />
              <Input
                label={l.amount}
                required
                inputMode="decimal"
                value={band.amount}
                suffix={draft.currency}
                error={bad === index && (tried || band.amount !== '') ? t.shop.priceInvalid : undefined}
                onChange={event => change(index, { amount: event.target.value })}
              />
              <Select
                label={l.unit}
                value={band.unit}
                onChange={event => change(index, { unit: event.target.value })}
                options={[15, 30, 60, 90, 120, 180, 240, 360, 480, 720].map(one => ({ value: String(one), name: b.unit(one) }))}
              />
              <Input
                label={l.priority}
                type="number"
                min={0}
                max={100}
                value={band.priority}
                onChange={event => change(index, { priority: event.target.value })}
              />
              <IconButton
                icon={Trash2}
                label={l.dropBand}
                className="max-sm:justify-self-end"
                onClick={() => onChange({ bands: draft.bands.filter(one => one !== band) })}
              />
            </div>
            <div role="group" aria-label={l.days} className="flex flex-wrap gap-1.5">
              {b.weekdays.map((name, n) => {
                const on = band.weekdays.includes(n + 1)
                return (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={on}
                    onClick={() => change(index, { weekdays: on ? band.weekdays.filter(one => one !== n + 1) : [...band.weekdays, n + 1] })}
                    className={cx('h-8 rounded-full px-3 text-sm', on ? 'bg-accent text-on-accent' : 'bg-raised hover:bg-line')}
                  >
                    {name}
                  </button>
                )
              })}
            </div>
            <div className="grid grid-cols-2 gap-3 sm:grid-cols-5">
              <Input
                label={l.from}
                type="time"
                step={900}
                value={band.from}
                onChange={event => change(index, { from: event.target.value })}
              />
              <Input label={l.until} type="time" step={900} value={band.to} onChange={event => change(index, { to: event.target.value })} />
              <Select
                label={l.holidays}
                value={band.holidays}
                onChange={event => change(index, { holidays: event.target.value as BandDraft['holidays'] })}
                options={(['same', 'also', 'never'] as const).map(value => ({ value, name: l.holidayWays[value] }))}
              />
              <Input
                label={`${l.from} ${l.specialDay}`}
                type="date"
                value={band.fromDay}
                onChange={event => change(index, { fromDay: event.target.value })}
              />
              <Input
                label={`${l.until} ${l.specialDay}`}
                type="date"
                value={band.toDay}
                onChange={event => change(index, { toDay: event.target.value })}
              />
            </div>
          </li>
        ))}
      </ul>
      {draft.bands.length < 50 ? (
        <Button
          look="quiet"
          size="sm"
          icon={Plus}
          className="mt-3"
          onClick={() => onChange({ bands: [...draft.bands, { ...newBand(''), priority: String(draft.bands.length) }] })}
        >
          {l.addBand}
        </Button>
      ) : null}
    </Panel>
  )
}
