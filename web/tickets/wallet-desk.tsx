import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheckBig, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useNow } from '../moderation/now.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

const walletQuery = () => read('GET /desk/wallet')
const parts = ['certificate', 'key', 'wwdr'] as const
type Part = (typeof parts)[number]
const soonMs = 30 * 86_400_000

/** As PEM: what is PEM stays, a certificate in binary form (.cer) is wrapped. */
async function pemOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  if (text.includes('-----BEGIN')) return text.slice(text.indexOf('-----BEGIN'))
  let binary = ''
  for (const byte of bytes) binary += String.fromCodePoint(byte)
  const body = btoa(binary).replaceAll(/(.{64})/g, '$1\n')
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
}

/** The certificate that signs passes for phones' wallets: what it is for and until when, and another one. Its key is never shown. */
export function WalletDesk() {
  const t = useWords()
  const w = t.console.wallet
  const format = useFormat()
  const now = useNow()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(walletQuery())
  const [files, setFiles] = useState<Partial<Record<Part, File>>>({})
  const [passphrase, setPassphrase] = useState('')
  // A form that was sent is a new one: what was chosen is not kept.
  const [form, setForm] = useState(0)
  const save = useMutation({
    mutationFn: async () => {
      const [certificate, key, wwdr] = await Promise.all(parts.map(part => pemOf(files[part]!)))
      return api('PUT /desk/wallet', { certificate: certificate!, key: key!, wwdr: wwdr!, passphrase })
    },
    onSuccess: next => {
      client.setQueryData(walletQuery().queryKey, next)
      toast(w.saved, { tone: 'good' })
      setFiles({})
      setPassphrase('')
      setForm(form + 1)
    },
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const left = data.until === null ? 0 : new Date(data.until).getTime() - (now ?? 0)
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <header>
        <h1 className="text-xl">{w.title}</h1>
        <p className="mt-1.5 max-w-[70ch] text-muted">{w.intro}</p>
      </header>
      <Panel title={w.stored}>
        {data.passType === null || data.until === null ? (
          <p className="text-muted">{w.none}</p>
        ) : (
          <>
            <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
              <dt className="text-muted">{w.passType}</dt>
              <dd className="[overflow-wrap:anywhere]">{data.passType}</dd>
              <dt className="text-muted">{w.team}</dt>
              <dd>{data.team}</dd>
              <dt className="text-muted">{w.until}</dt>
              <dd className="tabular">{format.date(data.until)}</dd>
            </dl>
            <p className={`mt-3 flex items-center gap-2 font-semibold ${left > soonMs ? 'text-paid' : 'text-danger'}`}>
              {left > soonMs ? <CircleCheckBig size={18} aria-hidden /> : <TriangleAlert size={18} aria-hidden />}
              {left > soonMs ? w.good : left > 0 ? w.soon : w.over}
            </p>
          </>
        )}
      </Panel>
      <Panel title={data.passType === null ? w.add : w.another} note={w.note}>
        <form
          key={form}
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            save.mutate()
          }}
        >
          <div className="grid gap-4 sm:grid-cols-2">
            {parts.map(part => (
              <Input
                key={part}
                label={w.parts[part]}
                hint={w.hints[part]}
                type="file"
                required
                accept=".pem,.cer,.crt,.key"
                error={part in fields ? faultText(t, save.error) : undefined}
                onChange={event => {
                  setFiles({ ...files, [part]: event.target.files?.[0] })
                  save.reset()
                }}
              />
            ))}
            <Input
              label={w.passphrase}
              hint={w.passphraseHint}
              optional
              type="password"
              autoComplete="off"
              maxLength={200}
              value={passphrase}
              onChange={event => setPassphrase(event.target.value)}
            />
          </div>
          {save.error && Object.keys(fields).length === 0 ? (
            <p role="alert" className="text-danger">
              {faultText(t, save.error)}
            </p>
          ) : null}
          <details className="text-sm text-muted">
            <summary className="cursor-pointer font-medium hover:text-ink">{w.p12}</summary>
            <pre className="mt-2 overflow-x-auto rounded-md bg-raised p-3 text-xs" tabIndex={0}>
              {
                'openssl pkcs12 -legacy -in pass.p12 -clcerts -nokeys -out certificate.pem\nopenssl pkcs12 -legacy -in pass.p12 -nocerts -out key.pem'
              }
            </pre>
          </details>
          <Button type="submit" className="self-start" busy={save.isPending} disabled={parts.some(part => files[part] === undefined)}>
            {w.save}
          </Button>
        </form>
      </Panel>
    </div>
  )
}
