import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { fromLocal, toLocal } from './draft.ts'
import { refreshMissions, type DeskMission } from './queries.ts'

/** Words and the end of a mission: all that may change once it is open. */
export function EditDialog({ mission, onClose }: { mission: DeskMission; onClose: () => void }) {
  const t = useWords()
  const f = t.missions.form
  const client = useQueryClient()
  const [words, setWords] = useState({ nameZh: mission.nameZh, nameEn: mission.nameEn, noteZh: mission.noteZh, noteEn: mission.noteEn })
  const [ends, setEnds] = useState(toLocal(mission.endsAt))
  const save = useMutation({
    mutationFn: () =>
      api('PATCH /missions/:id', { id: mission.id, ...words, ...(ends === toLocal(mission.endsAt) ? {} : { endsAt: fromLocal(ends) }) }),
    onSuccess: async () => {
      await refreshMissions(client)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.missions.edit}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button busy={save.isPending} disabled={words.nameZh.trim() === '' && words.nameEn.trim() === ''} onClick={() => save.mutate()}>
            {t.common.save}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Input
          label={f.nameZh}
          maxLength={80}
          value={words.nameZh}
          onChange={event => setWords({ ...words, nameZh: event.target.value })}
        />
        <Input
          label={f.nameEn}
          maxLength={80}
          value={words.nameEn}
          onChange={event => setWords({ ...words, nameEn: event.target.value })}
        />
        <TextArea
          label={f.noteZh}
          optional
          rows={2}
          maxLength={1000}
          value={words.noteZh}
          onChange={event => setWords({ ...words, noteZh: event.target.value })}
        />
        <TextArea
          label={f.noteEn}
          optional
          rows={2}
          maxLength={1000}
          value={words.noteEn}
          onChange={event => setWords({ ...words, noteEn: event.target.value })}
        />
        <Input
          label={f.ends}
          type="datetime-local"
          optional
          hint={f.endsHint}
          value={ends}
          onChange={event => setEnds(event.target.value)}
        />
        {save.error ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
      </div>
    </Dialog>
  )
}
