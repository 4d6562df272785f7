import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, TextArea } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type Issuer = Ok<'GET /me/issuer'>
const issuerQuery = (as: string) => read('GET /me/issuer', as ? { as } : {})

/** The address and tax number that stand on papers issued from now on, one's own or an organisation's. */
export function IssuerPanel({ as, name }: { as: string; name: string }) {
  const w = useWords().invoices.issuer
  const { data, error, isPending, refetch } = useQuery(issuerQuery(as))
  return (
    <Panel title={w.title(name)} note={w.body}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : (
        <Form as={as} issuer={data} />
      )}
    </Panel>
  )
}

function Form({ as, issuer }: { as: string; issuer: Issuer }) {
  const t = useWords()
  const w = t.invoices.issuer
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => ({ address: issuer.address ?? '', taxNumber: issuer.taxNumber ?? '' }))
  const save = useMutation({
    mutationFn: () =>
      api('PUT /me/issuer', {
        ...(as ? { as } : {}),
        address: draft.address.trim() || null,
        taxNumber: draft.taxNumber.trim() || null,
      }),
    onSuccess: next => {
      client.setQueryData(issuerQuery(as).queryKey, next)
      setDraft({ address: next.address ?? '', taxNumber: next.taxNumber ?? '' })
      toast(w.saved, { tone: 'good' })
    },
  })
  const set = (change: Partial<typeof draft>) => {
    setDraft({ ...draft, ...change })
    save.reset()
  }
  const tooMany = draft.address.trim().split('\n').length > 8
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        if (!tooMany) save.mutate()
      }}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <TextArea
          label={w.address}
          optional
          rows={3}
          maxLength={300}
          autoComplete="street-address"
          hint={w.addressHint}
          error={tooMany ? w.tooMany : undefined}
          value={draft.address}
          onChange={event => set({ address: event.target.value })}
        />
        <Input
          label={w.taxNumber}
          optional
          maxLength={30}
          pattern="[0-9A-Za-z\-]{5,30}"
          hint={w.taxNumberHint}
          autoCapitalize="characters"
          spellCheck={false}
          value={draft.taxNumber}
          onChange={event => set({ taxNumber: event.target.value.toUpperCase() })}
        />
      </div>
      {save.error ? (
        <p role="alert" className="text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <div>
        <Button type="submit" busy={save.isPending} disabled={tooMany}>
          {t.common.save}
        </Button>
      </div>
    </form>
  )
}
