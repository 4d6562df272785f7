import { createFileRoute, notFound } from '@tanstack/react-router'
import { ConsoleException } from '../../reconciliation/exception.tsx'
import { ConsoleReport } from '../../reconciliation/report.tsx'

export const Route = createFileRoute('/console/reconciliation/$id')({
  loader: ({ params }) => {
    if (!/^(?:rpt|exc)_/.test(params.id)) throw notFound()
  },
  component: Page,
})

/** A report or an exception, by the kind of its id. */
function Page() {
  const { id } = Route.useParams()
  return id.startsWith('rpt_') ? <ConsoleReport id={id} /> : <ConsoleException id={id} />
}
