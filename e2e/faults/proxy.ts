/** Wires that break: a way for connections that drops an answer instead of passing it on, after the other side has done what was asked. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Wire = {
  port: number
  /** Chance that an answer is dropped with its connection; `commit`: of an answer to COMMIT (PostgreSQL only). 0 until told. */
  rates: { answer: number; commit: number }
  /** How many were dropped. */
  cuts: { answer: number; commit: number }
  close: () => Promise<void>
}

/** Tells when a client says COMMIT, in either of PostgreSQL's ways: by a plain query, or by a statement that was named before. */
function commitSpotter(): (chunk: Buffer) => boolean {
  let rest: Buffer = Buffer.alloc(0)
  let started = false
  const named = new Set<string>()
  const text = (body: Buffer, from: number): [string, number] => {
    const end = body.indexOf(0, from)
    return [body.toString('utf8', from, end), end + 1]
  }
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    let found = false
    for (;;) {
      const head = started ? 1 : 0
      if (rest.length < head + 4) return found
      const end = head + rest.readInt32BE(head)
      if (rest.length < end) return found
      const type = started ? String.fromCharCode(rest[0]!) : ''
      const body = rest.subarray(head + 4, end)
      rest = rest.subarray(end)
      started = true
      if (type === 'Q') found ||= /^commit/i.test(text(body, 0)[0])
      if (type === 'P') {
        const [name, next] = text(body, 0)
        if (/^commit/i.test(text(body, next)[0])) named.add(name)
        else named.delete(name)
      }
      if (type === 'B') found ||= named.has(text(body, text(body, 0)[1])[0])
    }
  }
}

async function wire(target: () => Socket, isCommit: () => (chunk: Buffer) => boolean): Promise<Wire> {
  const rates = { answer: 0, commit: 0 }
  const cuts = { answer: 0, commit: 0 }
  const open = new Set<Socket>()
  const server = createServer(client => {
    const other = target()
    const spot = isCommit()
    let committing = false
    const end = (): void => {
      client.destroy()
      other.destroy()
      open.delete(client)
    }
    open.add(client)
    for (const side of [client, other]) side.setNoDelay(true).on('error', end).on('close', end)
    client.on('data', chunk => {
      committing = spot(chunk)
      other.write(chunk)
    })
    other.on('data', chunk => {
      const what = committing && Math.random() < rates.commit ? 'commit' : Math.random() < rates.answer ? 'answer' : undefined
      committing = false
      if (what === undefined) return void client.write(chunk)
      cuts[what] += 1
      end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    rates,
    cuts,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const client of open) client.destroy()
      }),
  }
}

/** In front of PostgreSQL's socket. */
export const postgresWire = (socket: string): Promise<Wire> => wire(() => connect(socket), commitSpotter)
/** In front of a planet. */
export const httpWire = (port: () => number): Promise<Wire> =>
  wire(
    () => connect(port(), '127.0.0.1'),
    () => () => false,
  )
