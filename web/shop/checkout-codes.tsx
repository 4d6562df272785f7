import { X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'

/** Codes one after the other, each taken out again by a press. */
export function Codes({
  label,
  hint,
  codes,
  onChange,
  most,
  least = 1,
}: {
  label: string
  hint: string
  codes: readonly string[]
  onChange: (codes: readonly string[]) => void
  most: number
  least?: number
}) {
  const t = useWords()
  const [typed, setTyped] = useState('')
  const code = typed.trim()
  const add = () => {
    if (code.length < least) return
    if (!codes.includes(code)) onChange([...codes, code])
    setTyped('')
  }
  return (
    <div>
      {codes.length < most ? (
        <form
          className="flex items-end gap-2"
          onSubmit={event => {
            event.preventDefault()
            add()
          }}
        >
          <Input
            className="min-w-0 flex-1"
            label={label}
            placeholder={hint}
            value={typed}
            maxLength={60}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={event => setTyped(event.target.value)}
          />
          <Button type="submit" look="quiet" disabled={code.length < least} aria-label={`${t.checkout.apply}: ${label}`}>
            {t.checkout.apply}
          </Button>
        </form>
      ) : null}
      {codes.length > 0 ? (
        <ul className="mt-2 flex flex-wrap gap-2">
          {codes.map(one => (
            <li key={one}>
              <button
                type="button"
                onClick={() => onChange(codes.filter(other => other !== one))}
                aria-label={`${t.common.remove}: ${one}`}
                className="tabular inline-flex h-8 items-center gap-1.5 rounded-full bg-accent-soft px-3 text-xs font-semibold text-accent-ink hover:bg-raised"
              >
                {one}
                <X size={13} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
