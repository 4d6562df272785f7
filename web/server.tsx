import { defineHandlerCallback, getSsrStatus, RouterServer, transformHtmlStringWithRouter } from '@tanstack/react-router/ssr/server'
import { createStartHandler } from '@tanstack/react-start/server'
import { renderToString } from 'react-dom/server'
import { pageScope } from './scope.ts'

// A page is rendered in one go: its loaders have fetched what it shows, so there is nothing to stream. The text goes to the server by the page's
// scope, not through a Response body: that would encode and decode the whole page twice.
const handle = createStartHandler(
  defineHandlerCallback(async ({ router, responseHeaders }) => {
    try {
      const html = await transformHtmlStringWithRouter(router, renderToString(<RouterServer router={router} />))
      const scope = pageScope()
      if (scope) scope.html = html
      return new Response(scope ? null : html, { status: getSsrStatus(router), headers: responseHeaders })
    } finally {
      router.serverSsr?.cleanup()
    }
  }),
)

export default { fetch: (request: Request): Promise<Response> => Promise.resolve(handle(request)) }
