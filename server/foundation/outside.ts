/** Calling out over HTTP, with limits of time and size. Callers name no address a user gave: those need address checks that come with the first such caller. */
export type Answer = { status: number; body: string }
const timeoutMs = 10_000
const mostBytes = 256 * 1024

/** Calls an address of this planet (the sandbox provider plays "elsewhere"). No redirects; at most 10 s and 256 KiB; throws when it cannot be reached. */
export async function callOwn(
  url: string,
  options: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string; signal?: AbortSignal },
): Promise<Answer> {
  const { method, headers, body, signal } = options
  const limits = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    signal: signal === undefined ? limits : AbortSignal.any([limits, signal]),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error(`${url}: more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: answer.status, body: Buffer.concat(chunks).toString('utf8') }
}
