import { describe, expect, it } from 'vitest'
import { ApiError, asApiError, splitInput } from './api-call.ts'
import { clockText, formats, majorUnits } from './i18n/format.ts'
import { deviceName } from './people/device.ts'
import { safeNext } from './people/auth.ts'
import { addUp, parseAmount, typedAmount } from './shop/price.ts'
import { basisPoints, sumOf } from './studio/shares.ts'
import { isSound } from './studio/uploads.ts'

describe('an entry becomes a request', () => {
  it('with path, query and body', () => {
    expect(splitInput('GET /releases/:id', { id: 'rel_1' })).toEqual({ method: 'GET', url: '/api/v1/releases/rel_1' })
    expect(splitInput('GET /releases', { sort: 'new', genre: '民谣 & folk', cursor: undefined, artist: null })).toEqual({
      method: 'GET',
      url: '/api/v1/releases?sort=new&genre=%E6%B0%91%E8%B0%A3+%26+folk',
    })
    expect(splitInput('DELETE /organisations/:id/members/:person', { id: 'org_1', person: 'usr_2', why: 'x' })).toEqual({
      method: 'DELETE',
      url: '/api/v1/organisations/org_1/members/usr_2?why=x',
    })
    expect(splitInput('PATCH /me', { name: 'A', locale: undefined })).toEqual({ method: 'PATCH', url: '/api/v1/me', body: '{"name":"A"}' })
    expect(splitInput('POST /orders/:id/cancel', { id: 'ord_1' })).toEqual({
      method: 'POST',
      url: '/api/v1/orders/ord_1/cancel',
      body: '{}',
    })
    expect(splitInput('PATCH /releases/:id', { id: 'rel_1', genre: null }).body).toBe('{"genre":null}')
    expect(splitInput('GET /me/sessions')).toEqual({ method: 'GET', url: '/api/v1/me/sessions' })
    expect(splitInput('GET /x', { tag: ['a', 'b'] }).url).toBe('/api/v1/x?tag=a&tag=b')
  })

  it('never lets a value leave its place in the path', () => {
    expect(splitInput('GET /pages/:id', { id: '../me?x=1#y' }).url).toBe('/api/v1/pages/..%2Fme%3Fx%3D1%23y')
    expect(() => splitInput('GET /pages/:id', {})).toThrow(TypeError)
    expect(() => splitInput('GET /pages/:id', { id: '' })).toThrow(TypeError)
  })

  it('reads refusals of any kind', () => {
    expect(asApiError({ status: 409, code: 'sold_out', fields: { price: 'low' } })).toMatchObject({
      status: 409,
      code: 'sold_out',
      fields: { price: 'low' },
    })
    expect(asApiError(new Error('x'))).toMatchObject({ status: 0, code: 'broken' })
    const known = new ApiError({ status: 404 })
    expect(asApiError(known)).toBe(known)
  })
})

describe('amounts', () => {
  it('are told exactly in every currency and size', () => {
    expect(majorUnits('123456789012345', 2)).toBe('1234567890123.45')
    expect(majorUnits('-5', 2)).toBe('-0.05')
    // Millionths of a minor unit are told to the last one that says something.
    expect(formats('en').money({ amount: '1234567', currency: 'micro:CNY' })).toBe('¥0.01234567')
    expect(formats('zh').money({ amount: '50000000', currency: 'micro:CNY' })).toBe('¥0.50')
    expect(majorUnits('500', 0)).toBe('500')
    expect(formats('en').money({ amount: '3800', currency: 'CNY' })).toBe('¥38.00')
    expect(formats('zh').money({ amount: '3800', currency: 'CNY' })).toBe('¥38.00')
    expect(formats('en').money({ amount: '123456789012345', currency: 'CNY' })).toBe('¥1,234,567,890,123.45')
    expect(formats('en').money({ amount: '380', currency: 'JPY' })).toBe('¥380')
    expect(formats('en').money({ amount: '1234', currency: 'KWD' })).toContain('1.234')
  })

  it('are read as people type them', () => {
    expect(parseAmount('38', 'CNY')).toBe('3800')
    expect(parseAmount(' ¥1,200.5 ', 'CNY')).toBe('120050')
    expect(parseAmount('0', 'CNY')).toBe('0')
    expect(parseAmount('38.005', 'CNY')).toBeNull()
    expect(parseAmount('1.5', 'JPY')).toBeNull()
    for (const wrong of ['', '-3', 'abc', '1e3', '1.2.3', '.5']) expect(parseAmount(wrong, 'CNY')).toBeNull()
    expect(typedAmount({ amount: '120050', currency: 'CNY' })).toBe('1200.50')
    expect(
      addUp([
        { amount: '1', currency: 'CNY' },
        { amount: '9007199254740993', currency: 'CNY' },
      ]).amount,
    ).toBe('9007199254740994')
    expect(addUp([]).amount).toBe('0')
  })

  it('are shared in hundredths of a per cent', () => {
    expect(basisPoints('33.33')).toBe(3333)
    expect(basisPoints('100')).toBe(10_000)
    expect(basisPoints('12,5')).toBe(1250)
    for (const wrong of ['', '0', '100.01', '33.333', '-1', 'x']) expect(basisPoints(wrong)).toBeNull()
    expect(sumOf([3333, null, 6667])).toBe(10_000)
  })
})

describe('small things', () => {
  it('time', () => {
    expect(clockText(0)).toBe('0:00')
    expect(clockText(187_999)).toBe('3:07')
    expect(clockText(3_729_000)).toBe('1:02:09')
    expect(clockText(-5)).toBe('0:00')
  })

  it('ways back after signing in stay on this site', () => {
    expect(safeNext('/releases/rel_1?x=1')).toBe('/releases/rel_1?x=1')
    for (const bad of [undefined, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])
      expect(safeNext(bad)).toBe('/')
  })

  it('devices by name', () => {
    expect(deviceName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36')).toBe(
      'Chrome · Linux',
    )
    expect(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1')).toBe(
      'Safari · iOS',
    )
    expect(deviceName('Symfonium/12.1 (Android)')).toBe('Symfonium')
    expect(deviceName('')).toBe('')
  })

  it('sound files by type or ending', () => {
    expect(isSound({ name: 'a.flac', type: '' })).toBe(true)
    expect(isSound({ name: 'a', type: 'audio/mpeg' })).toBe(true)
    expect(isSound({ name: 'cover.jpg', type: 'image/jpeg' })).toBe(false)
  })
})
