import { Trash2 } from 'lucide-react'
import { useId, useState, type CSSProperties } from 'react'
import { useWords } from '../../i18n/use.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { bands, flat, mostGain, mostPresets, type Curve } from '../sound-settings.ts'
import { useSound } from '../sound-hooks.ts'
import { curveDb, frequencies, presets, type PresetName } from './eq.ts'

const short = (hertz: number): string => (hertz >= 1000 ? `${hertz / 1000}k` : String(Math.floor(hertz)))
const signed = (db: number): string => `${db > 0 ? '+' : db < 0 ? '−' : ''}${Math.abs(db)}`
const same = (a: Curve, b: Curve): boolean => a.preamp === b.preamp && a.gains.every((gain, index) => gain === b.gains[index])

/** Ten bands and a preamp, presets and what someone saved. */
export function Equaliser() {
  const t = useWords()
  const [{ equaliser, presets: own }, change] = useSound()
  const [name, setName] = useState<string | null>(null)
  const words = t.sound
  const set = (curve: Partial<Curve>) => change({ equaliser: { ...equaliser, ...curve, on: true } })
  const names = Object.keys(presets) as PresetName[]
  const known = names.find(key => same(equaliser, { preamp: 0, gains: presets[key] }))
  const mine = own.find(one => same(equaliser, one))
  const value = mine ? `own:${mine.name}` : (known ?? 'custom')
  const choose = (chosen: string) => {
    const found = own.find(one => `own:${one.name}` === chosen)
    if (found) set({ preamp: found.preamp, gains: found.gains })
    else if (chosen in presets) set({ preamp: 0, gains: presets[chosen as PresetName] })
  }
  const clean = name?.trim() ?? ''
  const replaces = own.some(one => one.name === clean)
  const full = own.length >= mostPresets && !replaces
  const save = () => {
    if (clean === '' || full) return
    change({ presets: [...own.filter(one => one.name !== clean), { name: clean, preamp: equaliser.preamp, gains: equaliser.gains }] })
    toast(words.presetSaved(clean))
    setName(null)
  }
  return (
    <>
      <p className="-mt-2 text-xs text-muted">{words.equaliserHint}</p>
      <div className="flex items-end gap-2">
        <Select
          className="min-w-0 flex-1"
          label={words.preset}
          value={value}
          onChange={event => choose(event.target.value)}
          options={[
            ...names.map(key => ({ value: key, name: words.presets[key] })),
            ...own.map(one => ({ value: `own:${one.name}`, name: `${one.name} · ${words.own}` })),
            ...(value === 'custom' ? [{ value: 'custom', name: words.custom }] : []),
          ]}
        />
        {mine ? (
          <IconButton
            icon={Trash2}
            label={words.deletePreset(mine.name)}
            onClick={() => {
              change({ presets: own.filter(one => one.name !== mine.name) })
              toast(words.presetDeleted(mine.name))
            }}
          />
        ) : null}
      </div>
      <div className={equaliser.on ? '' : 'opacity-60'}>
        <Picture curve={equaliser.on ? equaliser : flat} label={words.curve} />
        <div className="mt-1 flex justify-between" role="group" aria-label={words.equaliser}>
          <Band label={words.preamp} short={words.preampShort} value={equaliser.preamp} onChange={preamp => set({ preamp })} />
          <div aria-hidden className="mx-0.5 w-px self-stretch bg-line" />
          {bands.map((hertz, index) => (
            <Band
              key={hertz}
              label={words.band(short(hertz))}
              short={short(hertz)}
              value={equaliser.gains[index] ?? 0}
              onChange={gain => set({ gains: equaliser.gains.map((old, at) => (at === index ? gain : old)) })}
            />
          ))}
        </div>
      </div>
      {name === null ? (
        <Button look="quiet" size="sm" className="self-start" onClick={() => setName('')}>
          {words.saveAs}
        </Button>
      ) : (
        <form
          className="flex items-end gap-2"
          onSubmit={event => {
            event.preventDefault()
            save()
          }}
        >
          <Input
            className="min-w-0 flex-1"
            label={words.presetName}
            value={name}
            maxLength={40}
            autoFocus
            error={full ? words.tooMany(mostPresets) : undefined}
            onChange={event => setName(event.target.value)}
          />
          <Button type="submit" disabled={clean === '' || full}>
            {replaces ? words.replace : words.save}
          </Button>
          <Button look="plain" onClick={() => setName(null)}>
            {t.common.cancel}
          </Button>
        </form>
      )}
    </>
  )
}

const upright: CSSProperties = { writingMode: 'vertical-lr', direction: 'rtl' }

function Band({ label, short: name, value, onChange }: { label: string; short: string; value: number; onChange: (value: number) => void }) {
  const t = useWords()
  const id = useId()
  return (
    <div className="flex w-8 min-w-0 flex-col items-center gap-1">
      <span aria-hidden className="tabular text-[11px] text-muted">
        {signed(value)}
      </span>
      <input
        id={id}
        type="range"
        min={-mostGain}
        max={mostGain}
        step={0.5}
        value={value}
        aria-label={label}
        aria-orientation="vertical"
        aria-valuetext={t.sound.decibels(signed(value))}
        onChange={event => onChange(Number(event.target.value))}
        onDoubleClick={() => onChange(0)}
        style={upright}
        className="h-32 w-7 cursor-pointer touch-none accent-ink"
      />
      <label htmlFor={id} aria-hidden className="max-w-full truncate text-[11px] text-muted">
        {name}
      </label>
    </div>
  )
}

const [width, height] = [320, 64]

/** What the ten bands do together, from 20 Hz to 20 kHz, ±18 dB. */
function Picture({ curve, label }: { curve: Curve; label: string }) {
  const points = frequencies(97).map((hertz, index, all) => {
    const y = height / 2 - (curveDb(curve.gains, hertz) / 18) * (height / 2)
    return `${((index / (all.length - 1)) * width).toFixed(1)},${Math.min(height, Math.max(0, y)).toFixed(1)}`
  })
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className="h-16 w-full rounded-sm bg-raised"
    >
      <line
        x1="0"
        x2={width}
        y1={height / 2}
        y2={height / 2}
        className="stroke-line-strong"
        strokeWidth="1"
        strokeDasharray="3 4"
        vectorEffect="non-scaling-stroke"
      />
      <polygon points={`0,${height / 2} ${points.join(' ')} ${width},${height / 2}`} className="fill-accent-mark/20" />
      <polyline points={points.join(' ')} fill="none" className="stroke-accent-mark" strokeWidth="2" vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
