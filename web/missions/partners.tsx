import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, KeyRound, Store, Unplug } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { partnersQuery, refreshMissions, type Partner } from './queries.ts'

const how = (partner: string) => `POST ${typeof location === 'undefined' ? '' : location.origin}/api/v1/missions/calls
content-type: application/json
webhook-id: <one id per call; the same again counts once>
webhook-timestamp: <seconds since 1970>
webhook-signature: v1,<base64 of HMAC-SHA256("id.timestamp.body")>

{"partner":"${partner}","member":"<the code that the member shows>"}`

/** Who may call from outside, with the one look at their secret. */
export function PartnersPanel({ group }: { group: string }) {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(partnersQuery(group))
  const [name, setName] = useState('')
  const [partner, setPartner] = useState(() => newClientId('ptn'))
  const [shown, setShown] = useState<{ partner: Partner; secret: string } | null>(null)
  const add = useMutation({
    mutationFn: () => api('POST /groups/:id/partners', { id: group, partner, name: name.trim() }),
    onSuccess: async made => {
      if (made.secret !== null) setShown({ partner: made.partner, secret: made.secret })
      setName('')
      setPartner(newClientId('ptn'))
      await refreshMissions(client)
    },
  })
  return (
    <div className="flex flex-col gap-5">
      <p className="max-w-[64ch] text-muted">{t.missions.partnersLead}</p>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={event => {
          event.preventDefault()
          if (name.trim() !== '') add.mutate()
        }}
      >
        <Input
          label={t.missions.partnerName}
          className="min-w-0 flex-1 basis-52 sm:max-w-80"
          maxLength={80}
          value={name}
          error={add.error ? faultText(t, add.error) : undefined}
          onChange={event => setName(event.target.value)}
        />
        <Button type="submit" busy={add.isPending} disabled={name.trim() === ''}>
          {t.missions.partnerAdd}
        </Button>
      </form>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState compact icon={Store} title={t.missions.partners} />
      ) : (
        <ul className="flex flex-col gap-3">
          {data.items.map(one => (
            <Row key={one.id} partner={one} onSecret={secret => setShown({ partner: one, secret })} />
          ))}
        </ul>
      )}
      {shown ? (
        <Dialog
          open
          wide
          onOpenChange={open => !open && setShown(null)}
          title={`${t.missions.partnerSecret}: ${shown.partner.name}`}
          description={t.missions.partnerSecretBody}
        >
          <div className="flex flex-col gap-4 pb-2">
            <div className="flex items-center gap-2">
              <code className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 text-sm break-all select-all">{shown.secret}</code>
              <IconButton
                icon={Copy}
                label={t.missions.copyText}
                onClick={() => void navigator.clipboard.writeText(shown.secret).then(() => toast(t.missions.copied, { tone: 'good' }))}
              />
            </div>
            <section>
              <h3 className="mb-2 text-sm font-semibold">{t.missions.partnerHow}</h3>
              {/* oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex -- it scrolls: the keyboard must reach it */}
              <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken p-3 text-xs">
                {how(shown.partner.id)}
              </pre>
            </section>
          </div>
        </Dialog>
      ) : null}
    </div>
  )
}

function Row({ partner, onSecret }: { partner: Partner; onSecret: (secret: string) => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState<'renew' | 'end' | null>(null)
  const act = async (): Promise<void> => {
    try {
      if (asking === 'renew') onSecret((await api('POST /partners/:id/secret', { id: partner.id })).secret)
      else await api('DELETE /partners/:id', { id: partner.id })
      await refreshMissions(client)
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
      throw error
    }
  }
  return (
    <li>
      <Panel>
        <div className="flex flex-wrap items-center gap-3">
          <Store size={20} aria-hidden className="shrink-0 text-muted" />
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap items-center gap-2 font-semibold">
              {partner.name}
              {partner.endedAt ? <Tag>{t.missions.partnerEnded}</Tag> : null}
            </p>
            <p className="tabular text-xs break-all text-muted">
              {t.missions.partnerCalls(format.number(partner.calls))}
              {partner.calledAt ? ` · ${format.dateTime(partner.calledAt)}` : ''} · {partner.id}
            </p>
          </div>
          {partner.endedAt ? null : (
            <>
              <Button size="sm" look="quiet" icon={KeyRound} onClick={() => setAsking('renew')}>
                {t.missions.partnerRenew}
              </Button>
              <IconButton size="sm" icon={Unplug} label={`${t.missions.partnerEnd}: ${partner.name}`} onClick={() => setAsking('end')} />
            </>
          )}
        </div>
      </Panel>
      {asking ? (
        <Confirm
          open
          onOpenChange={open => !open && setAsking(null)}
          title={`${asking === 'renew' ? t.missions.partnerRenew : t.missions.partnerEnd}: ${partner.name}`}
          body={asking === 'renew' ? t.missions.partnerRenewAsk : t.missions.partnerEndAsk}
          action={asking === 'renew' ? t.missions.partnerRenew : t.missions.partnerEnd}
          onConfirm={act}
        />
      ) : null}
    </li>
  )
}
