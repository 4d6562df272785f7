/** The camera, and reading QR codes out of it: by the browser where it can, else by jsQR. */
import { useEffect, useRef, useState } from 'react'

type Detector = { detect: (from: HTMLVideoElement) => Promise<{ rawValue: string }[]> }
type DetectorMaker = { new (options: { formats: string[] }): Detector; getSupportedFormats?: () => Promise<string[]> }
type Reader = (video: HTMLVideoElement) => Promise<string | undefined>

async function makeReader(): Promise<Reader> {
  const Maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector
  if (Maker !== undefined && (await Maker.getSupportedFormats?.().catch((): string[] => []))?.includes('qr_code') !== false) {
    const detector = new Maker({ formats: ['qr_code'] })
    return async video => (await detector.detect(video))[0]?.rawValue
  }
  const { default: jsqr } = await import('jsqr')
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  return async video => {
    const scale = Math.min(1, 720 / Math.max(video.videoWidth, video.videoHeight))
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    if (canvas.width === 0) return undefined
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height)
    return jsqr(data, width, height, { inversionAttempts: 'dontInvert' })?.data
  }
}

/** So long the same code is not taken again: it is still held before the camera. */
const sameMs = 2500
const everyMs = 120

/** `refused`: what to do instead where there is no camera, or no leave to use it. `aim`: said below the picture. */
export function Camera({
  paused = false,
  refused: instead,
  aim,
  onCode,
}: {
  paused?: boolean
  refused: string
  aim?: string
  onCode: (text: string) => void
}) {
  const video = useRef<HTMLVideoElement>(null)
  const [refused, setRefused] = useState(false)
  const take = useRef({ paused, onCode })
  useEffect(() => {
    take.current = { paused, onCode }
  }, [paused, onCode])
  useEffect(() => {
    let stream: MediaStream | undefined
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let last = { text: '', at: 0 }
    void (async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false })
        if (over || video.current === null) throw new Error('over')
        video.current.srcObject = stream
        await video.current.play()
        const reader = await makeReader()
        const look = async (): Promise<void> => {
          if (over || video.current === null) return
          const text = take.current.paused ? undefined : await reader(video.current).catch(() => undefined)
          const now = performance.now()
          if (text !== undefined && (text !== last.text || now - last.at > sameMs)) {
            last = { text, at: now }
            take.current.onCode(text)
          } else if (text !== undefined) last.at = now
          timer = setTimeout(() => void look(), everyMs)
        }
        await look()
      } catch {
        for (const track of stream?.getTracks() ?? []) track.stop()
        if (!over) setRefused(true)
      }
    })()
    return () => {
      over = true
      clearTimeout(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  if (refused) return <p className="rounded-lg bg-held-soft p-5 text-center text-held">{instead}</p>
  return (
    <div className="relative aspect-square w-full overflow-hidden rounded-lg bg-[black] sm:aspect-video">
      <video ref={video} muted playsInline className="size-full object-cover" />
      <div aria-hidden className="absolute inset-0 grid place-items-center">
        <div className="aspect-square w-3/5 max-w-72 rounded-lg border-4 border-[white]/80" />
      </div>
      {aim === undefined ? null : (
        <p className="absolute inset-x-0 bottom-0 bg-[black]/60 px-3 py-2 text-center text-sm text-[white]">{aim}</p>
      )}
    </div>
  )
}
