/** The address in every mail's List-Unsubscribe: a mail program posts to it (RFC 8058), a person who opens it gets the page that asks. */
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../shared/faults.ts'
import type { Http } from '../foundation/http.ts'
import { unsubscribe } from './settings.ts'

export async function mountMail(app: FastifyInstance, { db }: Pick<Http, 'db'>): Promise<void> {
  await app.register(async scope => {
    // What it says does not matter: that it was posted does.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 4096 }, (_request, _body, done) => done(null, {}))
    scope.post('/mail/unsubscribe', async (request, reply) => {
      const { token } = request.query as { token?: unknown }
      try {
        await db.transaction(tx => unsubscribe(tx, typeof token === 'string' ? token : '', true))
      } catch (error) {
        // A token that is none: nothing to do, and no oracle.
        if (!(error instanceof Fault)) throw error
      }
      return reply.code(200).type('text/plain').send('ok')
    })
    // Looking at a link must not turn anything off: mail scanners open them all.
    scope.get('/mail/unsubscribe', async (request, reply) => {
      const { token } = request.query as { token?: unknown }
      return reply.redirect(`/notices/off?token=${encodeURIComponent(typeof token === 'string' ? token : '')}`, 303)
    })
  })
}
