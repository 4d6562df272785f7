import { RouterClient } from '@tanstack/react-router/ssr/client'
import { StrictMode, startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { loadAgain } from './early.ts'
import { initialLocale } from './i18n/initial.ts'
import { isDesk, isFans, isFurther, isSale, loadLaterWords, loadWords } from './i18n/load.ts'
import './offline/find.ts'
import { getRouter } from './router.tsx'

// Style elements that components add at run time carry the page's nonce, as the content security policy asks.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content
Object.assign(globalThis, { __webpack_nonce__: nonce })

// The words of one language travel in their own file: they must be there before the first render, or hydration would not match.
const locale = initialLocale()
try {
  await loadWords(locale)
  for (const [which, wanted] of [
    ['desk', isDesk],
    ['fans', isFans],
    ['sale', isSale],
    ['more', isFurther],
  ] as const)
    if (wanted(location.pathname)) await loadLaterWords(which, locale)
} catch (error) {
  loadAgain()
  throw error
}

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
