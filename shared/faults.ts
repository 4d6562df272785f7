/** The closed kinds of refusal and the HTTP status of each. A room adds codes, never kinds. */
export const faultStatus = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method: 405,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  limited: 429,
  broken: 500,
  unavailable: 503,
} as const
export type FaultKind = keyof typeof faultStatus

/** RFC 9457 body of every error. `fields` names what is wrong where, for forms. `reference` finds the log line of a bug. */
export type Problem = {
  type: string
  title: string
  status: number
  code: string
  detail?: string
  fields?: Record<string, string>
  reference?: string
}

/** A refusal with a reason the caller can act on. Anything else that is thrown is a bug. */
export class Fault extends Error {
  readonly kind: FaultKind
  readonly code: string
  readonly fields: Record<string, string> | undefined
  readonly retryAfterSeconds: number | undefined
  constructor(
    kind: FaultKind,
    code: string,
    options: { detail?: string; fields?: Record<string, string>; retryAfterSeconds?: number } = {},
  ) {
    super(options.detail ?? code)
    this.name = 'Fault'
    this.kind = kind
    this.code = code
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
  }
  get status(): number {
    return faultStatus[this.kind]
  }
}

/** `throw fault('conflict', 'sold_out')`; the code's sentence stands in shared/words/faults.ts in both languages. */
export const fault = (kind: FaultKind, code: string = kind, options?: ConstructorParameters<typeof Fault>[2]): Fault =>
  new Fault(kind, code, options)
