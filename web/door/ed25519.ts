/**
 * Proving a signature of Ed25519 (RFC 8032). Browsers do it themselves by now; for older phones it is done here, in some tens of milliseconds. Only proving:
 * nothing secret is ever computed, so its timing tells nothing.
 */
const p = 2n ** 255n - 19n
const order = 2n ** 252n + 27742317777372353535851937790883648493n
const mod = (a: bigint, m = p): bigint => ((a % m) + m) % m
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square)
    square = mod(square * square)
  }
  return result
}
const inverse = (a: bigint): bigint => power(a, p - 2n)
const d = mod(-121665n * inverse(121666n))
const root = power(2n, (p - 1n) / 4n)

/** Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
type Point = readonly [bigint, bigint, bigint, bigint]
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2))
  const b = mod((y1 + x1) * (y2 + x2))
  const c = mod(2n * t1 * t2 * d)
  const e = mod(2n * z1 * z2)
  const [f, g, h, i] = [b - a, e - c, e + c, b + a]
  return [mod(f * g), mod(h * i), mod(g * h), mod(f * i)]
}
function times(point: Point, factor: bigint): Point {
  let result: Point = [0n, 1n, 1n, 0n]
  let double = point
  for (let left = factor; left > 0n; left >>= 1n) {
    if (left & 1n) result = add(result, double)
    double = add(double, double)
  }
  return result
}
const small = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)

/** A point from its 32 bytes; undefined: none lies there. */
function pointOf(bytes: Uint8Array): Point | undefined {
  const value = small(bytes)
  const sign = value >> 255n
  const y = value & (2n ** 255n - 1n)
  if (y >= p) return undefined
  const u = mod(y * y - 1n)
  const v = mod(d * y * y + 1n)
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (p - 5n) / 8n))
  if (mod(v * x * x) !== u) x = mod(x * root)
  if (mod(v * x * x) !== u) return undefined
  if (x === 0n && sign === 1n) return undefined
  if ((x & 1n) !== sign) x = p - x
  return [x, y, 1n, mod(x * y)]
}
const baseY = mod(4n * inverse(5n))
const base = (() => {
  const bytes = new Uint8Array(32)
  for (let at = 0, value = baseY; at < 32; at++, value >>= 8n) bytes[at] = Number(value & 255n)
  return pointOf(bytes)!
})()

export async function provesSlowly(
  signature: Uint8Array<ArrayBuffer>,
  body: Uint8Array<ArrayBuffer>,
  key: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const r = pointOf(signature.slice(0, 32))
  const a = pointOf(key)
  const s = small(signature.slice(32))
  if (signature.length !== 64 || r === undefined || a === undefined || s >= order) return false
  const all = new Uint8Array(64 + body.length)
  all.set(signature.slice(0, 32))
  all.set(key, 32)
  all.set(body, 64)
  const k = mod(small(new Uint8Array(await crypto.subtle.digest('SHA-512', all))), order)
  const left = times(base, s)
  const right = add(r, times(a, k))
  return mod(left[0] * right[2] - right[0] * left[2]) === 0n && mod(left[1] * right[2] - right[1] * left[2]) === 0n
}

export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, sign => sign.charCodeAt(0))
}

let own: boolean | undefined
/** Whether `signature` is of `body` by the holder of this raw public key. */
export async function proves(signature: Uint8Array<ArrayBuffer>, body: Uint8Array<ArrayBuffer>, publicKey: string): Promise<boolean> {
  const key = bytesOf(publicKey)
  if (own !== false)
    try {
      const made = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify'])
      own = true
      return await crypto.subtle.verify({ name: 'Ed25519' }, made, signature, body)
    } catch {
      own = false
    }
  return provesSlowly(signature, body, key)
}
