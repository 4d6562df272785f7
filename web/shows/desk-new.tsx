import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Details } from './desk-details.tsx'

/** A new show of one of one's pages. */
export function NewShow({ onMade }: { onMade: (id: string) => void }) {
  const t = useWords()
  const me = useMe()
  const [page] = me?.pages ?? []
  if (!page) return null
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="mb-5 text-xl">{t.selling.shows.new}</h1>
      <Details page={page.id} onMade={onMade} />
    </div>
  )
}
