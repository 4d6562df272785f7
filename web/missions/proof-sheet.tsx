import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { refreshMissions, type Mission } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|heic|heif|gif)$/.test(type))

/** Chooses a picture, says something about it, sends it; while one waits, shows that. */
export function ProofSheet({ mission, onClose }: { mission: Mission; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const [proof, setProof] = useState(() => newClientId('prf'))
  const [preview, setPreview] = useState<string | null>(null)
  const sending = uploads.use()[0]
  useEffect(
    () => () => {
      if (preview !== null) URL.revokeObjectURL(preview)
    },
    [preview],
  )
  const waiting = mission.proof?.state === 'waiting' ? mission.proof : null
  const send = useMutation({
    mutationFn: (upload: string) => api('POST /missions/:id/proofs', { id: mission.id, proof, upload, note }),
    onSuccess: async () => {
      uploads.forget(sending ? [sending.key] : [])
      await refreshMissions(client)
      toast(t.missions.proofSent, { tone: 'good' })
      onClose()
    },
  })
  const withdraw = useMutation({
    mutationFn: () => api('POST /proofs/:id/withdraw', { id: waiting!.id }),
    onSuccess: async () => {
      await refreshMissions(client)
      onClose()
    },
  })
  const take = (chosen: File | undefined) => {
    if (!chosen) return
    if (sending) uploads.drop(sending.key)
    // Another picture is another proof.
    setProof(newClientId('prf'))
    send.reset()
    if (uploads.send([chosen]) === 0) setPreview(URL.createObjectURL(chosen))
  }
  const upload = sending?.state === 'done' ? sending.upload : null
  const error = send.error ?? withdraw.error
  return (
    <Sheet
      open
      onOpenChange={open => {
        if (open) return
        if (sending) uploads.drop(sending.key)
        onClose()
      }}
      title={t.missions.proofTitle}
      footer={
        waiting ? (
          <Button look="quiet" size="lg" className="w-full" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {t.missions.proofWithdraw}
          </Button>
        ) : (
          <Button
            size="lg"
            className="w-full"
            busy={send.isPending}
            disabled={upload === null}
            onClick={() => upload && send.mutate(upload)}
          >
            {t.missions.proofSend}
          </Button>
        )
      }
    >
      {waiting ? (
        <div className="flex flex-col gap-3">
          <img
            src={waiting.picture}
            alt={t.missions.proofOf(waiting.person.name)}
            className="max-h-[50dvh] w-full rounded-md bg-sunken object-contain"
          />
          <p className="font-medium">{t.missions.proofStates.waiting}</p>
          {waiting.note ? <p className="text-muted">{waiting.note}</p> : null}
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-muted">{t.missions.proofBody}</p>
          {mission.proof?.state === 'refused' && mission.proof.reason ? (
            <p className="rounded-md bg-danger-soft px-3 py-2 text-danger">{t.missions.proofReason(mission.proof.reason)}</p>
          ) : null}
          {preview ? <img src={preview} alt="" className="max-h-[44dvh] w-full rounded-md bg-sunken object-contain" /> : null}
          <DropZone compact label={t.missions.proofChoose} accept="image/*" onFiles={files => take(files[0])} />
          {sending && sending.state !== 'done' ? (
            sending.state === 'failed' ? (
              <p role="alert" className="text-danger">
                {t.common.failedTitle}
              </p>
            ) : (
              <Progress label={sending.name} share={sending.bytes > 0 ? sending.sent / sending.bytes : 0} />
            )
          ) : null}
          <TextArea
            label={t.missions.proofNote}
            optional
            maxLength={500}
            rows={2}
            value={note}
            placeholder={t.missions.proofNotePlaceholder}
            onChange={event => setNote(event.target.value)}
          />
        </div>
      )}
      {error ? (
        <p role="alert" className="mt-3 font-medium text-danger">
          {faultText(t, error)}
        </p>
      ) : null}
    </Sheet>
  )
}
