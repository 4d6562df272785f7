import { ShieldCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Select, Switch } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { Panel } from '../ui/states.tsx'
import { goOn, protect } from './actions.ts'
import { followFavourites } from './contact.ts'
import { work } from './keeper.ts'
import { removeSets, setSettings, useShelf } from './kept.ts'
import { usedBytes } from './rules.ts'

const limits = [500_000_000, 1_000_000_000, 2_000_000_000, 5_000_000_000, 10_000_000_000, 20_000_000_000]

/** How much of the device the kept music may take, how good it sounds, and whether the browser may clear it. */
export function Space() {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const { tracks, sets, settings } = useShelf()
  const [asking, setAsking] = useState(false)
  const used = usedBytes([...tracks.values()])
  const [free, persisted, askProtection] = useDevice(used)
  const { limitBytes, quality, automatic } = settings
  const share = limitBytes ? Math.min(1, used / limitBytes) : 0
  const setLimit = async (value: string): Promise<void> => {
    await setSettings({ limitBytes: value === '' ? null : Number(value) })
    // More room: what stopped for want of it goes on.
    for (const set of sets) if (set.tracks.some(id => tracks.get(id)?.problem === 'limit')) await goOn(set.id)
  }
  const setAutomatic = async (on: boolean): Promise<void> => {
    await setSettings({ automatic: on })
    if (!on) await removeSets(sets.filter(set => set.automatic).map(set => set.id))
    else await followFavourites(me?.id ?? '', t.offline.kinds.favourites)
    work()
  }
  return (
    <Panel title={t.offline.space}>
      <div className="mb-4">
        <div
          role="meter"
          aria-label={t.offline.space}
          aria-valuemin={0}
          aria-valuemax={limitBytes ?? Math.max(used, 1)}
          aria-valuenow={used}
          aria-valuetext={
            limitBytes ? t.offline.used(format.bytes(used), format.bytes(limitBytes)) : t.offline.usedNoLimit(format.bytes(used))
          }
          className="h-2 overflow-hidden rounded-full bg-raised"
        >
          <div className="h-full rounded-full bg-accent-mark transition-[width] duration-240" style={{ width: `${share * 100}%` }} />
        </div>
        <p className="mt-2 text-[13px]">
          {limitBytes ? t.offline.used(format.bytes(used), format.bytes(limitBytes)) : t.offline.usedNoLimit(format.bytes(used))}
        </p>
        {free === null ? null : <p className="text-xs text-muted">{t.offline.free(format.bytes(free))}</p>}
      </div>
      <div className="flex flex-col gap-4">
        <Select
          label={t.offline.limit}
          value={limitBytes === null ? '' : String(limitBytes)}
          onChange={event => void setLimit(event.target.value)}
          options={[
            ...[...new Set([...limits, ...(limitBytes ? [limitBytes] : [])])]
              .toSorted((a, b) => a - b)
              .map(bytes => ({ value: String(bytes), name: format.bytes(bytes) })),
            { value: '', name: t.offline.noLimit },
          ]}
        />
        <Select
          label={t.offline.quality}
          value={quality}
          onChange={event => void setSettings({ quality: event.target.value as 'high' | 'low' })}
          options={[
            { value: 'high', name: t.offline.qualityHigh },
            { value: 'low', name: t.offline.qualityLow },
          ]}
        />
        {me ? (
          <Switch
            label={t.offline.auto}
            hint={t.offline.autoHint}
            checked={automatic}
            onChange={event => void setAutomatic(event.target.checked)}
          />
        ) : null}
        {tracks.size > 0 ? (
          <div className="flex items-start gap-2.5 border-t border-line pt-4 text-[13px] text-muted">
            <ShieldCheck size={16} strokeWidth={1.8} aria-hidden className="mt-0.5 shrink-0" />
            <p className="flex-1">
              {persisted ? t.offline.persisted : t.offline.notPersisted}
              {persisted ? null : (
                <button type="button" className="mt-1 block font-medium text-ink underline underline-offset-4" onClick={askProtection}>
                  {t.offline.protect}
                </button>
              )}
            </p>
          </div>
        ) : null}
        {sets.length > 0 ? (
          <Button look="danger" size="sm" className="self-start" onClick={() => setAsking(true)}>
            {t.offline.removeAll}
          </Button>
        ) : null}
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.offline.removeAll}
        body={t.offline.removeAllBody(tracks.size, format.bytes(used))}
        action={t.offline.removeAll}
        onConfirm={() => removeSets(sets.map(set => set.id))}
      />
    </Panel>
  )
}

/** What the browser says: room left in bytes (null: it does not say), and whether it promised to keep things. */
function useDevice(used: number): [free: number | null, persisted: boolean, ask: () => void] {
  const [free, setFree] = useState<number | null>(null)
  const [persisted, setPersisted] = useState(false)
  // Asked again as things come and go, by the ten megabytes.
  const step = Math.floor(used / 10_000_000)
  useEffect(() => {
    void navigator.storage?.estimate?.().then(({ quota, usage }) => quota !== undefined && setFree(Math.max(0, quota - (usage ?? 0))))
    void navigator.storage?.persisted?.().then(setPersisted)
  }, [step])
  return [free, persisted, () => void protect().then(setPersisted)]
}
