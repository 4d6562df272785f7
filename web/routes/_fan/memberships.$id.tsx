import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { ServicePage } from '../../services/product.tsx'
import { serviceQuery } from '../../services/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/memberships/$id')({
  beforeLoad: saleWords,
  loader: ({ context: { queryClient }, params: { id } }) => ready(queryClient, serviceQuery(id)),
  head: ({ match, loaderData }) =>
    pageHead(match, t => ({
      title: loaderData ? `${loaderData.title} · ${loaderData.page.name}` : t.services.title,
      ...(loaderData?.about ? { description: loaderData.about.slice(0, 200) } : {}),
      image: loaderData?.picture ?? undefined,
    })),
  component: Page,
})

function Page() {
  return <ServicePage id={Route.useParams().id} />
}
