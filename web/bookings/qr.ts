/** A QR code as the outline of its dark squares: one path in a square of `size` units. */
import { create } from 'qrcode'

export function qrOf(text: string): { size: number; path: string } {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  let path = ''
  for (let at = 0; at < size * size; at++) if (data[at]) path += `M${at % size} ${Math.floor(at / size)}h1v1h-1z`
  return { size, path }
}
