import { useSuspenseQuery } from '@tanstack/react-query'
import { groupQuery } from './queries.ts'

/** What a group is about, and its charter. */
export function GroupAbout({ id }: { id: string }) {
  const { data: group } = useSuspenseQuery(groupQuery(id))
  return (
    <div className="flex max-w-[70ch] flex-col gap-6">
      {group.about ? <p className="leading-relaxed whitespace-pre-line">{group.about}</p> : null}
      {group.charter ? <p className="leading-relaxed whitespace-pre-line text-muted">{group.charter.text}</p> : null}
    </div>
  )
}
