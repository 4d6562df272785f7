import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { useMe } from '../shell/me.ts'
import { PageMissing } from '../shell/states.tsx'
import { Panel } from '../ui/states.tsx'
import { VenueForm } from './venue-form.tsx'

/** A venue that is not there yet; pictures and maps come when it is. */
export function NewVenue({ page }: { page: string | undefined }) {
  const t = useWords()
  const me = useMe()
  const navigate = useNavigate()
  const [id] = useState(() => newClientId('ven'))
  const of = page ?? me?.pages[0]?.id
  if (of === undefined) return <PageMissing />
  return (
    <div className="mx-auto flex max-w-[820px] flex-col gap-6">
      <h1 className="text-xl">{t.selling.seating.newVenue}</h1>
      <Panel>
        <VenueForm page={of} id={id} onDone={() => void navigate({ to: '/studio/venues/$id', params: { id } })} />
      </Panel>
    </div>
  )
}
