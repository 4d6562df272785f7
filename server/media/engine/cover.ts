/** Covers in the sizes of the pages, and a colour taken from them. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { coverSizes, maxPictureBytes, maxPixels, MediaRefused, pictureSizes, type CoverSet } from './protocol.ts'

const kinds: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  heif: 'image/avif',
  tiff: 'image/tiff',
}

/**
 * Writes `64.webp … 1200.webp` into `out`, square; `whole`: to 2048.webp, in its own proportions. Never larger than the original; metadata is left behind. SVG and
 * other programs are refused.
 */
export async function coverFile(path: string, out: string, whole = false): Promise<CoverSet> {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  sharp.cache(false)
  let bytes: number
  try {
    bytes = statSync(path).size
  } catch {
    throw new MediaRefused('missing', 'file is not there')
  }
  if (bytes === 0) throw new MediaRefused('empty', 'file is empty')
  if (bytes > maxPictureBytes) throw new MediaRefused('too_large', `a picture of more than ${maxPictureBytes / 1024 / 1024} MB`)
  const open = () => sharp(path, { limitInputPixels: maxPixels, failOn: 'error', animated: false, sequentialRead: true })
  let width: number
  let height: number
  let mime: string
  try {
    const about = await open().metadata()
    const kind = kinds[about.format ?? '']
    if (kind === undefined) throw new MediaRefused('not_image', 'not a picture (JPEG, PNG, WebP, GIF, AVIF or TIFF)')
    mime = kind
    // Rotated by its metadata: what people see is what counts.
    const turned = (about.orientation ?? 1) >= 5
    width = turned ? about.height : about.width
    height = turned ? about.width : about.height
  } catch (error) {
    throw refusalOf(error)
  }
  if (width * height > maxPixels) throw new MediaRefused('too_large', `a picture of ${width} × ${height} pixels is too large`)
  try {
    const all = whole ? pictureSizes : coverSizes
    const most = all[all.length - 1]!
    const side = whole ? Math.min(most, Math.max(width, height)) : Math.min(most, width, height)
    const base = await open()
      .rotate()
      .resize(side, side, whole ? { fit: 'inside' } : { fit: 'cover', position: 'centre' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const raw = { width: base.info.width, height: base.info.height, channels: base.info.channels }
    const sizes: CoverSet['sizes'] = []
    for (const size of all) {
      const file = `${size}.webp`
      const pixels = Math.min(size, side)
      const made = await sharp(base.data, { raw })
        .resize(pixels, pixels, { fit: whole ? 'inside' : 'fill' })
        .webp({ quality: size <= 300 ? 80 : 82, effort: 3 })
        .toFile(join(out, file))
      sizes.push({ size, file, sizeBytes: made.size, width: made.width, height: made.height })
    }
    const small = await sharp(base.data, { raw }).resize(48, 48, { fit: 'fill' }).raw().toBuffer()
    return { mime, width, height, sizes, accent: accentOf(small, raw.channels) }
  } catch (error) {
    throw refusalOf(error)
  }
}

function refusalOf(error: unknown): MediaRefused {
  if (error instanceof MediaRefused) return error
  const text = error instanceof Error ? error.message : String(error)
  if (/pixel limit|too large|dimension/i.test(text)) return new MediaRefused('too_large', 'a picture with too many pixels')
  if (/unsupported image format|corrupt header/i.test(text))
    return new MediaRefused('not_image', 'not a picture (JPEG, PNG, WebP, GIF, AVIF or TIFF)')
  return new MediaRefused('damaged', 'the picture is damaged')
}

/** The most present lively colour of a small picture, moved into a range that reads on light and dark: `#rrggbb`. */
export function accentOf(pixels: Uint8Array, channels: number): string {
  const bins = new Map<number, { weight: number; l: number; a: number; b: number }>()
  for (let i = 0; i + 2 < pixels.length; i += channels) {
    const [l, a, b] = oklab(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!)
    const chroma = Math.hypot(a, b)
    // Grey, near black and near white say nothing; a vivid colour counts for more.
    const weight = 0.002 + Math.max(0, chroma - 0.03) * (l > 0.15 && l < 0.95 ? 1 : 0.2)
    const hue = Math.round(((Math.atan2(b, a) + Math.PI) / (2 * Math.PI)) * 24) % 24
    const bin = bins.get(hue) ?? { weight: 0, l: 0, a: 0, b: 0 }
    bin.weight += weight
    bin.l += l * weight
    bin.a += a * weight
    bin.b += b * weight
    bins.set(hue, bin)
  }
  const best = [...bins.values()].reduce((top, bin) => (bin.weight > top.weight ? bin : top), { weight: 0, l: 0, a: 0, b: 0 })
  if (best.weight === 0) return '#808080'
  const [l, a, b] = [best.l / best.weight, best.a / best.weight, best.b / best.weight]
  const chroma = Math.hypot(a, b)
  const wanted = chroma < 0.02 ? chroma : Math.min(0.19, Math.max(0.09, chroma))
  const scale = chroma === 0 ? 0 : wanted / chroma
  return hex(Math.min(0.72, Math.max(0.5, l)), a * scale, b * scale)
}

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
function oklab(red: number, green: number, blue: number): [number, number, number] {
  const [r, g, b] = [linear(red / 255), linear(green / 255), linear(blue / 255)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}
function hex(lightness: number, a: number, b: number): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channel = (value: number): string => {
    const gamma = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
    return Math.round(Math.min(1, Math.max(0, gamma)) * 255)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)}${channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)}${channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)}`
}
