import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { linksOf, LinksField, type LinkDraft } from './parts.tsx'
import { refreshClaims } from './queries.ts'

/** Says why a page should not be given; what was typed stays when it is refused. */
export function ObjectSheet({ claim, onClose }: { claim: { id: string; beneficiary: { name: string } }; onClose: () => void }) {
  const t = useWords()
  const o = t.claiming.objection
  const client = useQueryClient()
  const [words, setWords] = useState('')
  const [links, setLinks] = useState<LinkDraft[]>([{ key: 0, url: '' }])
  // Made once for this sheet: a second press is the same objection.
  const [objection] = useState(() => newClientId('obj'))
  const send = useMutation({
    mutationFn: () => api('POST /page-claims/:id/objections', { id: claim.id, objection, words: words.trim(), links: linksOf(links) }),
    onSuccess: async () => {
      toast(o.sent, { tone: 'good' })
      onClose()
      await refreshClaims(client)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send.mutate()
  }
  return (
    <Sheet open onOpenChange={open => !open && onClose()} title={o.title(claim.beneficiary.name)} description={o.body}>
      <form className="flex flex-col gap-5" onSubmit={submit}>
        <TextArea
          label={o.words}
          hint={o.wordsHint}
          rows={7}
          required
          minLength={20}
          maxLength={2000}
          value={words}
          error={send.error ? asApiError(send.error).fields['words'] : undefined}
          onChange={event => setWords(event.target.value)}
        />
        <LinksField legend={o.links} value={links} onChange={setLinks} />
        {send.error ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, send.error)}
          </p>
        ) : null}
        <Button type="submit" size="lg" busy={send.isPending}>
          {o.send}
        </Button>
      </form>
    </Sheet>
  )
}
