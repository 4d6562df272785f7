/** Structured logs, one JSON object a line on standard error. Cookies, tokens and passwords never reach them. */
import { destination, pino, type Logger } from 'pino'

export type Log = Logger

/** `to`: where its lines go; standard error unless a test reads them. */
export function makeLog(level: string, to: { write: (line: string) => void } = destination(2)): Log {
  return pino(
    {
      level,
      base: undefined,
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', 'password', '*.password', 'token', '*.token', 'secret', '*.secret'],
        censor: '…',
      },
      serializers: {
        req: (req: { method: string; url: string }) => ({ method: req.method, path: req.url.split('?')[0] }),
        // The pool hangs the whole connection on the error of one that was lost: pages of it, its key too.
        err: (error: unknown) => {
          if (!(error instanceof Error)) return error
          const { client: _client, ...told } = pino.stdSerializers.err(error) as ReturnType<typeof pino.stdSerializers.err> & {
            client?: unknown
          }
          return told
        },
      },
    },
    to,
  )
}
