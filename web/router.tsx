import { dehydrate, hydrate, MutationCache, QueryClient, QueryClientProvider, type DehydratedState } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { asApiError } from './api-call.ts'
import { initialLocale, initialTheme } from './i18n/initial.ts'
import { routeTree } from './routeTree.gen.ts'
import { pageScope } from './scope.ts'
import { PageFailed, PageMissing, PagePending } from './shell/states.tsx'

/** One router and one query cache per page request on the server, and one for the whole visit in the browser. */
export function getRouter() {
  const onServer = pageScope()
  const queryClient = new QueryClient({
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // A refusal will not change by asking again; an unreachable planet may.
        retry: (count, error) => !onServer && count < 2 && navigator.onLine && [0, 502, 503, 504].includes(asApiError(error).status),
        // What is asked without a network fails at once and is said, instead of waiting unseen.
        networkMode: 'always',
        refetchOnWindowFocus: true,
      },
    },
  })
  const router = createRouter({
    routeTree,
    context: { queryClient, locale: initialLocale(), theme: initialTheme() },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPreloadDelay: 40,
    scrollRestoration: true,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: PageMissing,
    defaultPendingComponent: PagePending,
    defaultPendingMs: 400,
    defaultStructuralSharing: true,
    ssr: { nonce: onServer?.nonce },
    dehydrate: () => ({ queries: JSON.stringify(dehydrate(queryClient)) }),
    hydrate: (given: { queries: string }) => hydrate(queryClient, JSON.parse(given.queries) as DehydratedState),
    Wrap: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
  })
  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof getRouter>
  }
}
