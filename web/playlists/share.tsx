import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, Link2, Share2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refresh, type Playlist } from './queries.ts'

type Props = { list: Playlist; onClose: () => void }
const visibilities = ['private', 'link', 'public'] as const
const formats = ['m3u', 'jspf', 'xspf', 'json', 'csv'] as const

/** A line with an address and a button that copies it. */
function Address({ label, url }: { label: string; url: string }) {
  const t = useWords()
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    toast(t.music.linkCopied, { tone: 'good' })
  }
  return (
    <div className="flex items-end gap-2">
      <Input label={label} readOnly value={url} className="min-w-0 flex-1" onFocus={event => event.target.select()} />
      <IconButton icon={Copy} label={t.common.copy} onClick={() => void copy()} />
      {typeof navigator !== 'undefined' && 'share' in navigator ? (
        <IconButton icon={Share2} label={t.music.share} onClick={() => void navigator.share({ url }).catch(() => undefined)} />
      ) : null}
    </div>
  )
}

/** Who sees it, who works on it, and the addresses for both. */
export function ShareDialog({ list, onClose }: Props) {
  const t = useWords()
  const client = useQueryClient()
  const [page, setPage] = useState('')
  const settle = () => refresh(client, list.id)
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const see = useMutation({
    mutationFn: (visibility: (typeof visibilities)[number]) => api('PATCH /playlists/:id', { id: list.id, visibility }),
    onError: failed,
    onSettled: settle,
  })
  const invite = useMutation({ mutationFn: () => api('POST /playlists/:id/invite', { id: list.id }), onError: failed, onSettled: settle })
  const end = useMutation({
    mutationFn: () => api('DELETE /playlists/:id/invite', { id: list.id }),
    onSuccess: () => toast(t.playlists.inviteEnded),
    onError: failed,
    onSettled: settle,
  })
  const name = useMutation({
    mutationFn: () => api('POST /playlists/:id/collaborators', { id: list.id, page: page.trim().replace(/^.*\//, '') }),
    onSuccess: () => setPage(''),
    onSettled: settle,
  })
  const letGo = useMutation({
    mutationFn: (person: string) => api('DELETE /playlists/:id/collaborators/:person', { id: list.id, person }),
    onError: failed,
    onSettled: settle,
  })
  const own = list.can.change
  const address = `${location.origin}/playlists/${list.id}`
  const shown = see.isPending ? see.variables : list.visibility
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={own ? t.playlists.shareTitle : t.music.share}>
      <div className="flex flex-col gap-6 pb-2">
        {own ? (
          <fieldset>
            <legend className="mb-2 text-sm font-medium">{t.playlists.visibility}</legend>
            <div className="grid gap-2 sm:grid-cols-3">
              {visibilities.map(value => (
                <label
                  key={value}
                  className="flex cursor-pointer flex-col gap-1 rounded-md border border-line p-3 text-[13px] has-checked:border-accent-mark has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-focus"
                >
                  <input
                    type="radio"
                    name="visibility"
                    value={value}
                    checked={shown === value}
                    onChange={() => see.mutate(value)}
                    className="sr-only"
                  />
                  <span className="font-semibold">{t.playlists.visible[value]}</span>
                  <span className="text-xs text-muted">{t.playlists.visibleBody[value]}</span>
                </label>
              ))}
            </div>
          </fieldset>
        ) : null}
        {shown === 'private' ? null : <Address label={t.playlists.shareAddress} url={address} />}
        {own && !list.smart ? (
          <section className="flex flex-col gap-3 border-t border-line pt-5">
            <h3 className="text-sm font-semibold">{t.playlists.inviteLink}</h3>
            <p className="text-xs text-muted">{t.playlists.inviteBody}</p>
            {list.invite ? (
              <>
                <Address label={t.playlists.inviteLink} url={`${address}?invite=${list.invite}`} />
                <div className="flex gap-2">
                  <Button look="quiet" size="sm" busy={invite.isPending} onClick={() => invite.mutate()}>
                    {t.playlists.newInvite}
                  </Button>
                  <Button look="plain" size="sm" busy={end.isPending} onClick={() => end.mutate()}>
                    {t.playlists.endInvite}
                  </Button>
                </div>
              </>
            ) : (
              <Button look="quiet" icon={Link2} busy={invite.isPending} onClick={() => invite.mutate()} className="self-start">
                {t.playlists.makeInvite}
              </Button>
            )}
            <form
              className="flex items-end gap-2"
              onSubmit={event => {
                event.preventDefault()
                if (page.trim() !== '') name.mutate()
              }}
            >
              <Input
                label={t.playlists.invitePage}
                value={page}
                placeholder={t.playlists.invitePagePlaceholder}
                onChange={event => setPage(event.target.value)}
                error={name.error ? faultText(t, asApiError(name.error)) : undefined}
                className="min-w-0 flex-1"
              />
              <Button type="submit" look="quiet" busy={name.isPending} disabled={page.trim() === ''}>
                {t.playlists.invite}
              </Button>
            </form>
          </section>
        ) : null}
        {list.collaborative ? (
          <section className="border-t border-line pt-5">
            <h3 className="mb-2 text-sm font-semibold">{t.playlists.people}</h3>
            <ul className="flex flex-col">
              {[list.owner, ...list.collaborators].map((person, index) => (
                <li key={person.id} className="flex min-h-11 items-center gap-3">
                  <Cover id={person.id} alt="" size={32} round className="size-8" />
                  <span className="min-w-0 flex-1 truncate">{person.name}</span>
                  {index === 0 ? (
                    <span className="text-xs text-muted">{t.playlists.owner}</span>
                  ) : own ? (
                    <Button
                      look="plain"
                      size="sm"
                      aria-label={`${t.playlists.letGo}: ${person.name}`}
                      onClick={() => letGo.mutate(person.id)}
                    >
                      {t.playlists.letGo}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
    </Dialog>
  )
}

/** The playlist as a file, in the format of one's choice. */
export function ExportDialog({ list, invite, onClose }: Props & { invite: string | undefined }) {
  const t = useWords()
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.playlists.exportAs} description={t.playlists.exportBody}>
      <ul className="flex flex-col gap-2 pb-2">
        {formats.map(format => (
          <li key={format}>
            <a
              download
              href={`/api/v1/playlists/${list.id}/export?format=${format}${invite ? `&invite=${invite}` : ''}`}
              className={buttonClass('quiet', 'md', 'w-full !justify-start')}
            >
              {t.playlists.formats[format]}
            </a>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
