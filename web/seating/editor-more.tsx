import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, Ellipsis, FileUp, Rocket } from 'lucide-react'
import { useRef, useState } from 'react'
import { planProblems, type Plan } from '../../shared/seating-plan.ts'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Put } from './editor-fields.tsx'
import { mapQuery, venueQuery, type SeatMap } from './queries.ts'

/** Taking the plan out as a file, and in again. */
export function EditorFile({ map, plan, onPut }: { map: SeatMap; plan: Plan; onPut: Put }) {
  const t = useWords()
  const own = t.selling.seating
  const input = useRef<HTMLInputElement>(null)
  const save = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(plan, null, 1)], { type: 'application/json' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `${map.venue.name} – ${map.name}.json`
    link.click()
    URL.revokeObjectURL(url)
  }
  const take = async (file: File | undefined) => {
    if (!file) return
    try {
      // What makes sure of its shape is fetched when somebody brings a file.
      const { Plan: shape } = await import('../../shared/seating-shapes.ts')
      const found = shape.parse(JSON.parse(await file.text()))
      onPut(found)
      toast(own.imported, { tone: 'good' })
    } catch {
      toast(own.noPlan, { tone: 'bad' })
    }
  }
  return (
    <>
      <Menu
        label={own.more}
        trigger={<IconButton icon={Ellipsis} label={own.more} tip={false} />}
        entries={[
          { kind: 'action', name: own.exportFile, icon: Download, run: save },
          { kind: 'action', name: own.importFile, icon: FileUp, run: () => input.current?.click() },
        ]}
      />
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        aria-label={own.importFile}
        className="hidden"
        onChange={event => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </>
  )
}

/** Makes the draft the version that shows can use, or says what is in the way. */
export function Publish({
  map,
  plan,
  revision,
  changed,
  flush,
  onShow,
}: {
  map: SeatMap
  plan: Plan
  revision: number
  changed: boolean
  flush: () => Promise<boolean>
  onShow: (item: string) => void
}) {
  const t = useWords()
  const format = useFormat()
  const own = t.selling.seating
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [version, setVersion] = useState(map.version)
  const [at, setAt] = useState<Plan | null>(null)
  const publish = useMutation({
    mutationFn: () => api('POST /maps/:id/publish', { id: map.id, revision }),
    onSuccess: async done => {
      setVersion(done.version)
      setAt(plan)
      setOpen(false)
      toast(own.published(format.number(done.version ?? 0)), { tone: 'good' })
      client.setQueryData(mapQuery(map.id).queryKey, done)
      await client.invalidateQueries({ queryKey: venueQuery(map.venue.id).queryKey })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  })
  const problems = open ? planProblems(plan) : []
  const done = at === plan || (version !== null && !changed)
  return (
    <>
      <Button
        icon={Rocket}
        size="sm"
        disabled={done}
        onClick={() => {
          void flush()
          setOpen(true)
        }}
      >
        {done ? own.isPublished(format.number(version ?? 1)) : own.publish}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={own.publish}
        description={problems.length > 0 ? own.problemsBody : own.publishBody}
        footer={
          problems.length > 0 ? undefined : (
            <Button busy={publish.isPending} onClick={() => void flush().then(kept => (kept ? publish.mutate() : undefined))}>
              {own.publish}
            </Button>
          )
        }
      >
        {problems.length > 0 ? (
          <ul className="flex flex-col gap-1">
            {problems.map(problem => {
              const item = plan.items.find(one => one.id === problem.item)
              return (
                <li key={`${problem.code} ${problem.item}`}>
                  <button
                    type="button"
                    disabled={!item}
                    onClick={() => {
                      setOpen(false)
                      if (item) onShow(item.id)
                    }}
                    className="flex min-h-10 w-full items-center gap-3 rounded-sm px-2 text-left enabled:hover:bg-raised"
                  >
                    <span className="min-w-0 flex-1">{own.problems[problem.code]}</span>
                    <span className="truncate text-muted">{item?.name}</span>
                  </button>
                </li>
              )
            })}
          </ul>
        ) : null}
      </Dialog>
    </>
  )
}
