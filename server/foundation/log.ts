/** Structured logs, one JSON object a line on standard error. Cookies, tokens and passwords never reach them. */
import { destination, pino, type Logger } from 'pino'

export type Log = Logger

export function makeLog(level: string): Log {
  return pino(
    {
      level,
      base: undefined,
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', 'password', '*.password', 'token', '*.token', 'secret', '*.secret'],
        censor: '…',
      },
      serializers: { req: (req: { method: string; url: string }) => ({ method: req.method, path: req.url.split('?')[0] }) },
    },
    destination(2),
  )
}
