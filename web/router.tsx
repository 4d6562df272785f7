import { hashKey, hydrate, MutationCache, QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { asApiError } from './api-call.ts'
import { initialLocale, initialTheme } from './i18n/initial.ts'
import { routeTree } from './routeTree.gen.ts'
import { pageScope } from './scope.ts'
import { PageFailed, PageMissing, PagePending } from './shell/states.tsx'

/** What a page was rendered with: key, data, when it was read (ms), and `infinite` for a list that goes on. */
type Answer = [key: QueryKey, data: unknown, at: number, type?: 'infinite']

const answersOf = (client: QueryClient): Answer[] =>
  client
    .getQueryCache()
    .getAll()
    .filter(query => query.state.status === 'success')
    .map(({ queryKey, queryType, state }) => [queryKey, state.data, state.dataUpdatedAt, ...(queryType ? [queryType] : [])] as Answer)

/** Answers of a page begin with the same state: what the library would write out of each is put back here instead of travelling. */
const takeAnswers = (client: QueryClient, answers: Answer[]): void =>
  hydrate(client, {
    mutations: [],
    queries: answers.map(([queryKey, data, dataUpdatedAt, queryType]) => ({
      queryKey,
      queryHash: hashKey(queryKey),
      dehydratedAt: dataUpdatedAt,
      ...(queryType ? { queryType } : {}),
      state: {
        data,
        dataUpdateCount: 1,
        dataUpdatedAt,
        error: null,
        errorUpdateCount: 0,
        errorUpdatedAt: 0,
        fetchFailureCount: 0,
        fetchFailureReason: null,
        fetchMeta: null,
        isInvalidated: false,
        status: 'success',
        fetchStatus: 'idle',
      },
    })),
  })

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
    dehydrate: () => ({ answers: JSON.stringify(answersOf(queryClient)) }),
    hydrate: (given: { answers: string }) => takeAnswers(queryClient, JSON.parse(given.answers) as Answer[]),
    Wrap: ({ children }) => <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>,
  })
  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof getRouter>
  }
}
