import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const home = mkdtempSync(join(tmpdir(), 'planet-config-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const read = (env: Record<string, string>) => readConfig({ PLANET_HOME: home, ...env })
const refused = (env: Record<string, string>, words: RegExp): void => {
  expect(() => read(env)).toThrow(ConfigError)
  expect(() => read(env)).toThrow(words)
}
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (type: 'pkcs1' | 'pkcs8'): string => privateKey.export({ type, format: 'pem' }).toString()
const bare = (type: 'pkcs1' | 'pkcs8'): string => privateKey.export({ type, format: 'der' }).toString('base64')
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const alipay = { ALIPAY_APP_ID: '2021', ALIPAY_SELLER_ID: '2088', ALIPAY_PRIVATE_KEY: pem('pkcs8'), ALIPAY_PUBLIC_KEY: publicPem }

test('without a provider one pays at the sandbox, with one only when told', () => {
  expect(read({})).toMatchObject({ stripe: undefined, alipay: undefined, sandbox: true })
  expect(read({ PLANET_SANDBOX: 'off' }).sandbox).toBe(false)
  const stripe = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' }
  expect(read(stripe)).toMatchObject({ sandbox: false, stripe: { secretKey: 'sk_test_1', apiUrl: 'https://api.stripe.com' } })
  expect(read({ ...stripe, PLANET_SANDBOX: 'on' }).sandbox).toBe(true)
  refused({ PLANET_SANDBOX: 'yes' }, /PLANET_SANDBOX must be on or off/)
})

test('half a contract is none', () => {
  refused({ STRIPE_SECRET_KEY: 'sk_test_1' }, /Stripe needs STRIPE_WEBHOOK_SECRET too/)
  refused({ ALIPAY_APP_ID: '2021' }, /Alipay needs ALIPAY_SELLER_ID and ALIPAY_PRIVATE_KEY and ALIPAY_PUBLIC_KEY too/)
  refused({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'w', STRIPE_API_URL: 'stripe' }, /STRIPE_API_URL must be an http/)
})

test('keys come as PEM or bare, old or new form, from a setting or a file', () => {
  const expected = { privateKey: pem('pkcs8').trim(), publicKey: publicPem.trim(), gateway: 'https://openapi.alipay.com/gateway.do' }
  expect(read(alipay).alipay).toMatchObject(expected)
  for (const key of [pem('pkcs1'), bare('pkcs1'), bare('pkcs8'), pem('pkcs8').replaceAll('\n', '\\n')])
    expect(read({ ...alipay, ALIPAY_PRIVATE_KEY: key }).alipay).toMatchObject(expected)
  writeFileSync(join(home, 'key.pem'), pem('pkcs8'))
  const { ALIPAY_PRIVATE_KEY: _given, ...rest } = alipay
  expect(read({ ...rest, ALIPAY_PRIVATE_KEY_FILE: join(home, 'key.pem') }).alipay).toMatchObject(expected)
  refused({ ...rest, ALIPAY_PRIVATE_KEY_FILE: join(home, 'none.pem') }, /ALIPAY_PRIVATE_KEY_FILE .* cannot be read/)
  refused({ ...alipay, ALIPAY_PRIVATE_KEY: 'nonsense' }, /ALIPAY_PRIVATE_KEY must be an RSA private key/)
  refused({ ...alipay, ALIPAY_PUBLIC_KEY: 'nonsense' }, /ALIPAY_PUBLIC_KEY must be an RSA public key/)
})
