import interUrl from '@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2?url'
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, HeadContent, Outlet, Scripts, useRouter, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { LocaleName } from '../../shared/words/index.ts'
import { afterLoad, aliveNow, holdEarly } from '../early.ts'
import { wordsOf } from '../i18n/load.ts'
import { LanguageProvider, languageTag } from '../i18n/use.tsx'
import { PlayerBar } from '../player/bar.tsx'
import { pageScope, type Theme } from '../scope.ts'
import { FanFace } from '../shell/fan-face.tsx'
import { meQuery, siteQuery } from '../shell/me.ts'
import { PageMissing } from '../shell/states.tsx'
import { ThemeProvider } from '../shell/theme.tsx'
import { barColours } from '../ui/colour.ts'
import { Quietly } from '../ui/quietly.tsx'
import { Tips } from '../ui/tooltip.tsx'
import { Toasts } from '../ui/toast.tsx'
import stylesUrl from '../ui/tokens.css?url'

export type PageContext = { queryClient: QueryClient; locale: LocaleName; theme: Theme }

export const Route = createRootRouteWithContext<PageContext>()({
  loader: async ({ context }) => {
    // The frame must stand even when one of these fails: pages tell their own troubles.
    await Promise.allSettled([context.queryClient.ensureQueryData(meQuery), context.queryClient.ensureQueryData(siteQuery)])
  },
  head: ({ match }) => {
    const t = wordsOf(match.context.locale)
    return {
      meta: [
        { charSet: 'utf-8' },
        { name: 'viewport', content: 'width=device-width, initial-scale=1, viewport-fit=cover' },
        { title: t.shell.brand },
        { name: 'description', content: t.shell.tagline },
        { property: 'og:site_name', content: t.shell.brand },
        { name: 'color-scheme', content: 'light dark' },
      ],
      links: [
        { rel: 'preload', href: interUrl, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
        { rel: 'stylesheet', href: stylesUrl },
        { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
        { rel: 'apple-touch-icon', href: '/apple-touch-icon.png' },
        { rel: 'manifest', href: `/site.webmanifest?lang=${match.context.locale}` },
        ...(pageScope()?.preload ?? []).map(href => ({ rel: 'modulepreload', href })),
      ],
      scripts: [{ children: holdEarly }],
    }
  },
  component: Root,
  notFoundComponent: () => (
    <FanFace>
      <PageMissing />
    </FanFace>
  ),
})

/** The colour of the system's bars around the page, in the chosen theme or in the device's. */
const BarColours = ({ theme }: { theme: Theme }) =>
  theme === 'system' ? (
    (['light', 'dark'] as const).map(one => (
      <meta key={one} name="theme-color" media={`(prefers-color-scheme: ${one})`} content={barColours[one]} />
    ))
  ) : (
    <meta name="theme-color" content={barColours[theme]} />
  )

function Root() {
  const { locale, theme, queryClient } = Route.useRouteContext()
  const router = useRouter()
  const door = useRouterState({ select: state => state.location.pathname === '/door' })
  useEffect(() => {
    aliveNow()
    afterLoad(() => void import('../offline/start.ts').then(({ start }) => start(queryClient, to => void router.navigate({ to }))))
  }, [queryClient, router])
  return (
    <html lang={languageTag(locale)} data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      <head>
        <HeadContent />
        <BarColours theme={theme} />
      </head>
      <body>
        <LanguageProvider initial={locale}>
          <ThemeProvider initial={theme}>
            <Outlet />
            {/* Who checks tickets hears nothing. */}
            {door ? null : (
              <Quietly>
                <PlayerBar />
              </Quietly>
            )}
            <Toasts />
            <Tips />
          </ThemeProvider>
        </LanguageProvider>
        <Scripts />
      </body>
    </html>
  )
}
