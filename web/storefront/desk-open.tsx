import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldCheck, Store } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, asApiError, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, TextArea } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, refreshStorefront, termsQuery } from './queries.ts'
import { TermsTable } from './desk-terms.tsx'

/** Opens the shop of a page: first what the planet keeps, then a name. */
export function OpenShop({ page }: { page: string }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const client = useQueryClient()
  const { data: about, error: missing } = useQuery(read('GET /pages/:id', { id: page }))
  const { data: terms, error, refetch } = useQuery(termsQuery(page))
  const [agreed, setAgreed] = useState(false)
  const [name, setName] = useState<string | null>(null)
  const [words, setWords] = useState('')
  const open = useMutation({
    mutationFn: (digest: string) => api('POST /shops', { page, name: name ?? about?.name ?? '', about: words, terms: digest }),
    onSuccess: async desk => {
      toast(w.opened, { tone: 'good' })
      client.setQueryData(deskQuery(page).queryKey, desk)
      await refreshStorefront(client)
    },
    onError: problem => {
      // They changed under the reader's eyes: shown anew, and agreed to anew.
      if (asApiError(problem).code === 'terms_changed') {
        setAgreed(false)
        void refetch()
      }
    },
  })
  if (missing ?? error) return <ErrorState error={missing ?? error} onRetry={() => void refetch()} />
  if (!about || !terms) return <SkeletonRows />
  const submit = (event: FormEvent) => {
    event.preventDefault()
    open.mutate(terms.digest)
  }
  return (
    <form onSubmit={submit} className="mx-auto flex max-w-3xl flex-col gap-6">
      <header>
        <h1 className="text-xl">{w.opening(about.name)}</h1>
        <p className="mt-1.5 text-muted">{w.intro}</p>
      </header>
      <Panel title={w.step1} note={w.termsBody}>
        <TermsTable terms={terms} />
        {terms.partner ? (
          <p className="mt-4 rounded-md bg-ion-soft px-4 py-3 text-sm text-ion">
            <b className="font-semibold">{w.partnerTitle}</b>
            <br />
            {w.partnerBody(
              format.number(terms.partner.months),
              format.money(terms.partner.turnover),
              format.percent(terms.partner.commissionBp / 10_000),
            )}{' '}
            {terms.partner.termMonths === null ? '' : w.partnerTerm(format.number(terms.partner.termMonths))}
          </p>
        ) : null}
        <p className="mt-4 flex items-center gap-2 font-semibold text-paid">
          <ShieldCheck size={18} aria-hidden />
          {w.noFee}
        </p>
      </Panel>
      <Panel title={w.step2}>
        <div className="flex flex-col gap-4">
          <Input label={w.name} required maxLength={80} value={name ?? about.name} onChange={event => setName(event.target.value)} />
          <TextArea
            label={w.about}
            optional
            maxLength={2000}
            rows={3}
            hint={w.aboutHint}
            value={words}
            onChange={event => setWords(event.target.value)}
          />
          <Checkbox label={w.agree} checked={agreed} onChange={event => setAgreed(event.target.checked)} />
          {open.error ? (
            <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
              {faultText(t, open.error)}
            </p>
          ) : null}
          <Button
            type="submit"
            size="lg"
            icon={Store}
            busy={open.isPending}
            disabled={!agreed || (name ?? about.name).trim() === ''}
            className="self-start"
          >
            {w.openFree}
          </Button>
        </div>
      </Panel>
    </form>
  )
}
