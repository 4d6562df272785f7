import { useWords } from '../../i18n/use.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, Switch } from '../../ui/field.tsx'
import { Sheet } from '../../ui/overlay.tsx'
import { usualSettings, type LoudnessMode, type Quality } from '../sound-settings.ts'
import { useSound } from '../sound-hooks.ts'
import { Equaliser } from './equaliser.tsx'
import { Choice, Range, Section } from './parts.tsx'
import { LoopSection, SleepSection } from './timers.tsx'

const speeds = [0.75, 1, 1.25, 1.5, 2]

/** Everything that changes how music sounds on this device, and when it stops. */
export function SoundPanel({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const [sound, change] = useSound()
  const words = t.sound
  return (
    <Sheet open={open} onOpenChange={onOpenChange} title={words.title} description={words.subtitle}>
      <div className="flex flex-col gap-6 pt-1">
        <SleepSection />
        <Section
          title={words.equaliser}
          aside={
            <Switch
              label={words.equaliser}
              hideLabel
              checked={sound.equaliser.on}
              onChange={event => change({ equaliser: { ...sound.equaliser, on: event.target.checked } })}
            />
          }
        >
          <Equaliser />
        </Section>
        <Section title={words.loudness}>
          <Choice
            label={words.loudness}
            value={sound.loudness}
            options={(['auto', 'album', 'track', 'off'] as const).map(value => ({ value, name: words.loudnessModes[value] }))}
            onChange={value => change({ loudness: value as LoudnessMode })}
          />
          <p className="text-xs text-muted">{words.loudnessHints[sound.loudness]}</p>
        </Section>
        <Section title={words.crossfade}>
          <Range
            label={words.crossfade}
            hint={words.crossfadeHint}
            value={sound.crossfade}
            min={0}
            max={12}
            step={1}
            text={sound.crossfade === 0 ? words.none : words.seconds(String(sound.crossfade))}
            onChange={crossfade => change({ crossfade })}
          />
        </Section>
        <Section title={words.speed}>
          <Range
            label={words.speed}
            hint={words.speedHint}
            value={sound.speed}
            min={0.5}
            max={2}
            step={0.05}
            text={words.times(String(Math.round(sound.speed * 100) / 100))}
            onChange={speed => change({ speed: Math.round(speed * 100) / 100 })}
          />
          <Choice
            label={words.speed}
            value={String(sound.speed)}
            options={speeds.map(speed => ({ value: String(speed), name: words.times(String(speed)) }))}
            onChange={value => change({ speed: Number(value) })}
          />
        </Section>
        <LoopSection />
        <Section title={words.more}>
          <Select
            label={words.quality}
            hint={words.qualityHint}
            value={sound.quality}
            onChange={event => change({ quality: event.target.value as Quality })}
            options={(['auto', 'high', 'saver'] as const).map(value => ({ value, name: words.qualities[value] }))}
          />
          <Switch
            label={words.mono}
            hint={words.monoHint}
            checked={sound.mono}
            onChange={event => change({ mono: event.target.checked })}
          />
          <Range
            label={words.balance}
            shown
            value={sound.balance}
            min={-1}
            max={1}
            step={0.05}
            text={balanceText(words, sound.balance)}
            onChange={balance => change({ balance: Math.abs(balance) < 0.04 ? 0 : balance })}
          />
          <Button look="quiet" className="self-start" onClick={() => change({ ...usualSettings, presets: sound.presets })}>
            {words.reset}
          </Button>
        </Section>
      </div>
    </Sheet>
  )
}

const balanceText = (words: { left: (n: number) => string; right: (n: number) => string; middle: string }, balance: number): string => {
  const percent = Math.round(Math.abs(balance) * 100)
  return percent === 0 ? words.middle : balance < 0 ? words.left(percent) : words.right(percent)
}
