import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Building2 } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** Whom the invoices of an order are made out to: oneself, or a company with its tax number. Before they are issued or after. */
export function InvoiceTo({ order, paid }: { order: string; paid: boolean }) {
  const t = useWords()
  const w = t.checkout.invoiceTo
  const client = useQueryClient()
  const query = read('GET /orders/:id/invoices', { id: order })
  const { data } = useQuery(query)
  const [draft, setDraft] = useState<{ company: string; taxNumber: string } | null>(null)
  const save = useMutation({
    mutationFn: ({ company, taxNumber }: { company: string | null; taxNumber: string | null }) =>
      api('PUT /orders/:id/invoice-to', { id: order, company, taxNumber }),
    onSuccess: next => {
      client.setQueryData(query.queryKey, next)
      setDraft(null)
      toast(w.saved, { tone: 'good' })
    },
  })
  if (!data) return null
  const { to } = data
  if (draft === null)
    return (
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Building2 size={17} aria-hidden className="shrink-0 text-muted" />
        <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          <span className="text-muted">{w.title}: </span>
          {to === null ? w.self : [to.company, to.taxNumber].filter(Boolean).join(' · ')}
        </p>
        <Button size="sm" look="quiet" onClick={() => setDraft({ company: to?.company ?? '', taxNumber: to?.taxNumber ?? '' })}>
          {to === null ? w.add : t.common.edit}
        </Button>
      </div>
    )
  const issued = data.items.some(paper => paper.kind === 'invoice' && !paper.replaced)
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        const company = draft.company.trim()
        save.mutate({ company: company === '' ? null : company, taxNumber: company === '' ? null : draft.taxNumber.trim() || null })
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Input
          label={w.company}
          maxLength={200}
          autoComplete="organization"
          hint={w.companyHint}
          value={draft.company}
          onChange={event => setDraft({ ...draft, company: event.target.value })}
        />
        <Input
          label={w.taxNumber}
          optional
          maxLength={30}
          pattern="[0-9A-Za-z\-]{5,30}"
          autoCapitalize="characters"
          spellCheck={false}
          value={draft.taxNumber}
          onChange={event => setDraft({ ...draft, taxNumber: event.target.value.toUpperCase() })}
        />
      </div>
      {paid && issued ? <p className="text-sm text-muted">{w.again}</p> : null}
      {save.error ? (
        <p role="alert" className="text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={save.isPending}>
          {t.common.save}
        </Button>
        <Button look="quiet" onClick={() => setDraft(null)}>
          {t.common.cancel}
        </Button>
      </div>
    </form>
  )
}
