import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, asApiError, read } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button } from '../ui/button.tsx'
import { Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone, UploadList } from '../ui/upload.tsx'
import { linksOf, LinksField, type LinkDraft } from './parts.tsx'
import { claimQuery, refreshClaims } from './queries.ts'

const mostFiles = 5
const mostBytes = 10 * 1024 * 1024
const uploads = makeUploads(
  ({ name, type }) => /^image\/|^application\/pdf$/.test(type) || /\.(?:pdf|jpe?g|png|webp|gif|avif|hei[cf])$/i.test(name),
)

/** For whom, in which words, with what to show for it. */
export function ClaimForm({ page, onSent }: { page: string; onSent: () => void }) {
  const t = useWords()
  const f = t.claiming.form
  const client = useQueryClient()
  const { data: organisations } = useQuery(read('GET /me/organisations'))
  const [organisation, setOrganisation] = useState('')
  const [words, setWords] = useState('')
  const [links, setLinks] = useState<LinkDraft[]>([{ key: 0, url: '' }])
  const [filesWrong, setFilesWrong] = useState<string>()
  const all = uploads.use()
  const moving = all.some(one => one.state === 'sending' || one.state === 'waiting' || one.state === 'paused')
  const send = useMutation({
    // What is sent again after a lost answer is the same claim; after a change it is another.
    mutationFn: (id: string) =>
      api('POST /pages/:page/claims', {
        page,
        id,
        organisation: organisation || null,
        words: words.trim(),
        links: linksOf(links),
        uploads: all.flatMap(one => (one.state === 'done' && one.upload !== null ? [one.upload] : [])),
      }),
    onSuccess: async made => {
      uploads.forget(all.map(one => one.key))
      client.setQueryData(claimQuery(made.id).queryKey, made)
      toast(t.claiming.sent, { tone: 'good' })
      await refreshClaims(client)
      onSent()
    },
  })
  const body = JSON.stringify([organisation, words.trim(), linksOf(links), all.map(one => one.upload)])
  const [sent, setSent] = useState({ body: '', id: '' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const id = sent.body === body ? sent.id : newClientId('pgc')
    setSent({ body, id })
    send.mutate(id)
  }
  const take = (files: readonly File[]) => {
    const fitting = files.filter(file => file.size <= mostBytes)
    const room = mostFiles - all.length
    const left = uploads.send(fitting.slice(0, Math.max(0, room)))
    const large = files.find(file => file.size > mostBytes)
    setFilesWrong(large ? f.tooLarge(large.name) : left > 0 ? f.notTaken : fitting.length > room ? f.tooMany : undefined)
  }
  const mine = organisations?.items.filter(one => one.role === 'owner' || one.role === 'manager') ?? []
  const refusal = send.error ? asApiError(send.error) : null
  return (
    <Panel>
      <form className="flex max-w-[720px] flex-col gap-6" onSubmit={submit}>
        <p className="max-w-[66ch] text-muted">{t.claiming.intro}</p>
        {mine.length > 0 ? (
          <Select
            label={f.forWhom}
            className="sm:w-80"
            value={organisation}
            onChange={event => setOrganisation(event.target.value)}
            options={[{ value: '', name: f.myself }, ...mine.map(one => ({ value: one.id, name: one.name }))]}
          />
        ) : null}
        <TextArea
          label={f.words}
          hint={f.wordsHint}
          rows={6}
          required
          minLength={20}
          maxLength={2000}
          value={words}
          error={refusal?.fields['words']}
          onChange={event => setWords(event.target.value)}
        />
        <LinksField legend={f.links} hint={f.linksHint} value={links} onChange={setLinks} />
        <div>
          <h2 className="mb-1.5 text-sm font-medium">
            {f.files}
            <span className="ml-2 text-xs font-normal text-muted">{t.common.optional}</span>
          </h2>
          {all.length < mostFiles ? (
            <DropZone compact multiple label={f.choose} hint={f.filesHint} accept="image/*,application/pdf" onFiles={take} />
          ) : null}
          {filesWrong ? (
            <p role="alert" className="mt-2 text-xs font-medium text-danger">
              {filesWrong}
            </p>
          ) : null}
          {all.length > 0 ? (
            <div className="mt-2">
              <UploadList
                items={all.map(one => ({
                  ...one,
                  ...(one.state === 'failed' && one.problem ? { note: faultText(t, { status: 0, code: one.problem }) } : {}),
                }))}
                onPause={uploads.pause}
                onResume={uploads.resume}
                onCancel={uploads.drop}
              />
            </div>
          ) : null}
        </div>
        {refusal ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, refusal)}
          </p>
        ) : null}
        <Button type="submit" size="lg" icon={Send} busy={send.isPending} disabled={moving} className="self-start max-sm:w-full">
          {f.send}
        </Button>
      </form>
    </Panel>
  )
}
