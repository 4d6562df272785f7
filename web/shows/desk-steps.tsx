import { Minus, Plus } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import type { Desk } from './queries.ts'

type Ladder = Desk['fields']['ladder']
/** What goes back of a ticket given back so many days before. */
export function Steps({ steps, onChange }: { steps: Ladder; onChange: (steps: Ladder) => void }) {
  const t = useWords()
  const own = t.selling.shows.fields
  const put = (n: number, change: Partial<Ladder[number]>) => onChange(steps.map((step, at) => (at === n ? { ...step, ...change } : step)))
  return (
    <fieldset className="mt-4">
      <legend className="mb-2 text-sm font-medium">{own.ladder}</legend>
      <ul className="flex flex-col gap-2">
        {steps.map((step, n) => (
          <li key={n} className="flex items-end gap-2">
            <Input
              label={own.days}
              type="number"
              min={0}
              max={365}
              value={step.days}
              className="w-32"
              onChange={event => put(n, { days: Number(event.target.value) || 0 })}
            />
            <Input
              label={own.percent}
              type="number"
              min={0}
              max={100}
              value={step.percent}
              className="w-28"
              onChange={event => put(n, { percent: Number(event.target.value) || 0 })}
            />
            <IconButton icon={Minus} label={own.removeStep} onClick={() => onChange(steps.filter((_, at) => at !== n))} />
          </li>
        ))}
      </ul>
      {steps.length < 10 ? (
        <Button
          look="quiet"
          size="sm"
          icon={Plus}
          className="mt-2"
          onClick={() => onChange([...steps, { days: Math.max(0, (steps.at(-1)?.days ?? 31) - 1), percent: steps.at(-1)?.percent ?? 100 }])}
        >
          {own.addStep}
        </Button>
      ) : null}
    </fieldset>
  )
}
