import { RouterClient } from '@tanstack/react-router/ssr/client'
import { StrictMode, startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { initialLocale } from './i18n/initial.ts'
import { isDesk, isFans, isFurther, isSale, loadLaterWords, loadWords } from './i18n/load.ts'
import './offline/find.ts'
import { getRouter } from './router.tsx'

// Style elements that components add at run time carry the page's nonce, as the content security policy asks.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content
Object.assign(globalThis, { __webpack_nonce__: nonce })

// The words of one language travel in their own file: they must be there before the first render, or hydration would not match.
await loadWords(initialLocale())
if (isDesk(location.pathname)) await loadLaterWords('desk', initialLocale())
if (isFans(location.pathname)) await loadLaterWords('fans', initialLocale())
if (isSale(location.pathname)) await loadLaterWords('sale', initialLocale())
if (isFurther(location.pathname)) await loadLaterWords('more', initialLocale())

// Not Start's own client: it brings what calls functions on the server, and the planet's pages call its API alone.
const router = getRouter()
startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <RouterClient router={router} />
    </StrictMode>,
  )
})
