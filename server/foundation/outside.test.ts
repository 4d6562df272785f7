import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BlockedAddress, fetchOutside, isOutside } from './outside.ts'

let server: Server
let origin: string
const seen: { url: string; method: string; authorization: string | undefined; host: string | undefined }[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = '', method = '', headers } = request
    seen.push({ url, method, authorization: headers.authorization, host: headers.host })
    if (url === '/large') return void response.end(Buffer.alloc(200_000))
    if (url === '/slow') return void response.write('…')
    if (url === '/inside') return void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
    if (url === '/away')
      return void response.writeHead(303, { location: `http://other.example:${(server.address() as AddressInfo).port}/end` }).end()
    if (url === '/round') return void response.writeHead(307, { location: '/round' }).end()
    response.end('hello')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
const blocked = (url: string, options = {}) => expect(fetchOutside(url, options)).rejects.toBeInstanceOf(BlockedAddress)

test('which addresses are outside', () => {
  for (const address of ['8.8.8.8', '104.16.1.1', '2606:4700::1111', '2400:3200::1'])
    expect([address, isOutside(address)]).toEqual([address, true])
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '198.18.0.1',
    '224.0.0.1',
  ]
  inside.push(
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fd00::1',
    'fe80::1',
    '2002:7f00:1::',
    '2001:0:1::',
    'ff02::1',
    'nonsense',
  )
  for (const address of inside) expect([address, isOutside(address)]).toEqual([address, false])
})

test('however an inside address is written, it is refused and never called', async () => {
  const { port } = server.address() as AddressInfo
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0'])
    await blocked(`http://${host}:${port}/`)
  for (const url of ['file:///etc/passwd', 'ftp://8.8.8.8/', 'http://me:secret@8.8.8.8/', 'http://8.8.8.8:22/', 'gopher:', ''])
    await blocked(url)
  await blocked(`http://mixed.example:${port}/`, { resolve: async () => ['8.8.8.8', '127.0.0.1'] })
  await blocked(`http://nowhere.example:${port}/`, { resolve: async () => [] })
  expect(seen).toEqual([])
})

test('origins of our own settings may be private; redirects are checked again', async () => {
  const trusted = [origin]
  expect((await fetchOutside(`${origin}/`, { trusted })).body.toString()).toBe('hello')
  await blocked(`${origin}/inside`, { trusted })
  await blocked(`${origin}/away`, { trusted, resolve: async () => ['127.0.0.1'] })
  await expect(fetchOutside(`${origin}/round`, { trusted })).rejects.toThrow('too many redirects')
})

test('the address that was checked is the one that is called; secrets stay with the first origin', async () => {
  const other = `http://other.example:${(server.address() as AddressInfo).port}`
  let asked = 0
  const resolve = async () => [['127.0.0.1'], ['192.0.2.1']][asked++]!
  const answer = await fetchOutside(`${origin}/away`, {
    method: 'POST',
    body: 'x',
    headers: { authorization: 'secret' },
    trusted: [origin, other],
    resolve,
  })
  expect([answer.body.toString(), asked]).toEqual(['hello', 1])
  expect(seen.at(-2)).toMatchObject({ url: '/away', method: 'POST', authorization: 'secret' })
  expect(seen.at(-1)).toMatchObject({ url: '/end', method: 'GET', authorization: undefined, host: new URL(other).host })
})

test('limits of size and time', async () => {
  const trusted = [origin]
  await expect(fetchOutside(`${origin}/large`, { trusted, maxBytes: 1000 })).rejects.toThrow('more than 1000 bytes')
  await expect(fetchOutside(`${origin}/slow`, { trusted, timeoutMs: 200 })).rejects.toThrow()
})
