import { Copy, Download, FileImage, FileText, Plus, Search, X } from 'lucide-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { faultText, Tag, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshClaims, type PageClaim } from './queries.ts'

export const stateTones: Record<PageClaim['state'], Tone> = {
  review: 'held',
  announced: 'ion',
  contested: 'bad',
  granted: 'good',
  refused: 'plain',
  withdrawn: 'plain',
}

export type LinkDraft = { key: number; url: string }
/** The addresses of a draft, without empty ones. */
export const linksOf = (drafts: readonly LinkDraft[]): string[] => [
  ...new Set(drafts.map(({ url }) => url.trim()).filter(url => url !== '')),
]

/** Up to five addresses; the errors of a refusal stand at their field. */
export function LinksField({
  legend,
  hint,
  value,
  onChange,
}: {
  legend: string
  hint?: string
  value: readonly LinkDraft[]
  onChange: (next: LinkDraft[]) => void
}) {
  const t = useWords()
  return (
    <fieldset className="flex flex-col gap-2.5">
      <legend className="mb-1.5 text-sm font-medium">
        {legend}
        <span className="ml-2 text-xs font-normal text-muted">{t.common.optional}</span>
      </legend>
      {hint ? <p className="-mt-1 text-xs text-muted">{hint}</p> : null}
      {value.map((link, index) => (
        <div key={link.key} className="flex items-start gap-2">
          <Input
            label={t.claiming.form.link(index + 1)}
            hideLabel
            className="min-w-0 flex-1"
            type="url"
            inputMode="url"
            placeholder="https://"
            maxLength={500}
            value={link.url}
            onChange={event => onChange(value.map(other => (other.key === link.key ? { ...other, url: event.target.value } : other)))}
          />
          {value.length > 1 ? (
            <IconButton
              icon={X}
              tip={false}
              label={`${t.common.remove}: ${t.claiming.form.link(index + 1)}`}
              onClick={() => onChange(value.filter(other => other.key !== link.key))}
            />
          ) : null}
        </div>
      ))}
      {value.length < 5 ? (
        <Button
          look="plain"
          size="sm"
          icon={Plus}
          className="self-start"
          onClick={() => onChange([...value, { key: Math.max(0, ...value.map(link => link.key)) + 1, url: '' }])}
        >
          {t.claiming.form.addLink}
        </Button>
      ) : null}
    </fieldset>
  )
}

/** The code, to be copied with one press. */
export function CodeBox({ code }: { code: string }) {
  const t = useWords()
  const copy = async () => {
    await navigator.clipboard.writeText(code)
    toast(t.claiming.code.copied, { tone: 'good' })
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-md bg-sunken px-4 py-3">
      <code className="tabular font-mono text-base font-semibold tracking-wide select-all sm:text-lg">{code}</code>
      <Button look="quiet" size="sm" icon={Copy} onClick={() => void copy()}>
        {t.claiming.code.copy}
      </Button>
    </div>
  )
}

const outcomeTones = { found: 'good', missing: 'held', unreachable: 'bad', elsewhere: 'bad' } as const

/** Each link with what was found behind it, and looking again. */
export function LinkList({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const client = useQueryClient()
  const look = useMutation({
    mutationFn: (link: string) => api('POST /page-claims/:id/look', { id: claim.id, link }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshClaims(client),
  })
  const c = t.claiming.code
  return (
    <ul className="flex flex-col divide-y divide-line" aria-label={t.claiming.links}>
      {claim.links.map(link => (
        <li key={link.url} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
          <div className="min-w-0 flex-1 basis-60">
            <a
              href={link.url}
              target="_blank"
              rel="noopener noreferrer nofollow"
              className="font-medium [overflow-wrap:anywhere] underline underline-offset-4"
            >
              {link.url.replace(/^https?:\/\//, '')}
            </a>
            <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted" aria-live="polite">
              {link.looking ? (
                <Tag tone="accent">{c.looking}</Tag>
              ) : link.outcome ? (
                <Tag tone={outcomeTones[link.outcome]}>{c.outcomes[link.outcome]}</Tag>
              ) : (
                <span>{c.never}</span>
              )}
              {link.foundAt && link.outcome !== 'found' ? <Found at={link.foundAt} /> : link.lookedAt ? <Seen at={link.lookedAt} /> : null}
            </p>
          </div>
          {claim.can.look ? (
            <Button
              look="quiet"
              size="sm"
              icon={Search}
              busy={link.looking || (look.isPending && look.variables === link.url)}
              onClick={() => look.mutate(link.url)}
            >
              {c.look}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
function Found({ at }: { at: string }) {
  const t = useWords()
  const format = useFormat()
  return <span className="text-paid">{t.claiming.code.foundAt(format.dateTime(at))}</span>
}
function Seen({ at }: { at: string }) {
  const t = useWords()
  const format = useFormat()
  return <span>{t.claiming.code.seen(format.dateTime(at))}</span>
}

/** Proof files, as downloads. */
export function FileList({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const format = useFormat()
  if (claim.filesGone) return <p className="text-muted">{t.claiming.filesGone}</p>
  return (
    <ul className="flex flex-col gap-2">
      {claim.files.map(file => {
        const Icon = file.kind === 'pdf' ? FileText : FileImage
        return (
          <li key={file.url}>
            <a
              href={file.url}
              download={file.name}
              className="flex items-center gap-3 rounded-md border border-line px-3 py-2.5 transition-colors hover:bg-raised"
            >
              <Icon size={18} aria-hidden className="shrink-0 text-muted" />
              <span className="min-w-0 flex-1 truncate font-medium">{file.name}</span>
              <span className="tabular shrink-0 text-xs text-muted">{format.bytes(file.bytes)}</span>
              <Download size={16} aria-hidden className="shrink-0 text-muted" />
            </a>
          </li>
        )
      })}
    </ul>
  )
}

/** What was said against it: in its writer's own words, set apart from ours. */
export function Objections({ claim }: { claim: PageClaim }) {
  const t = useWords()
  return (
    <ul className="flex flex-col gap-3">
      {claim.objections.map(one => (
        <li key={one.id} className="rounded-md border-l-4 border-line-strong bg-raised px-4 py-3">
          <p className="flex flex-wrap gap-x-2 text-xs text-muted">
            <b className="font-semibold text-ink">{one.by?.name ?? t.claiming.someone}</b>
            <When at={one.at} show="dateTime" />
          </p>
          <p className="mt-1.5 break-words whitespace-pre-wrap">{one.words}</p>
          <Outward links={one.links} />
        </li>
      ))}
    </ul>
  )
}
function Outward({ links }: { links: readonly string[] }) {
  if (links.length === 0) return null
  return (
    <ul className="mt-2 flex flex-col gap-1 text-sm">
      {links.map(url => (
        <li key={url}>
          <a
            href={url}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="[overflow-wrap:anywhere] underline underline-offset-4"
          >
            {url.replace(/^https?:\/\//, '')}
          </a>
        </li>
      ))}
    </ul>
  )
}
