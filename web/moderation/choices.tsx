import { useWords } from '../i18n/use.tsx'
import { Select } from '../ui/field.tsx'
import { reasons, type Reason } from './report.tsx'

export function ReasonSelect({ value, onChange }: { value: Reason; onChange: (value: Reason) => void }) {
  const t = useWords()
  return (
    <Select
      label={t.moderating.reasonLabel}
      value={value}
      onChange={event => onChange(event.target.value as Reason)}
      options={reasons.map(one => ({ value: one, name: t.moderation.reasons[one] }))}
    />
  )
}

export const banLengths = ['1', '3', '7', '30', '365', 'forever'] as const
export const daysOf = (length: string): number | null => (length === 'forever' ? null : Number(length))
export function LengthSelect({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useWords()
  return (
    <Select
      label={t.moderating.banLength}
      value={value}
      onChange={event => onChange(event.target.value)}
      options={banLengths.map(one => ({ value: one, name: t.moderating.banDays[one]! }))}
    />
  )
}
