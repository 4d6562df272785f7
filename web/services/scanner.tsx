import { useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'

type Detector = { detect: (from: HTMLVideoElement) => Promise<{ rawValue: string }[]> }
type Detectors = { new (options: { formats: string[] }): Detector }
type Look = (video: HTMLVideoElement) => Promise<string | undefined>

/** The browser's own reader of QR codes, or jsqr where there is none. */
async function reader(): Promise<Look> {
  const Own = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector
  if (Own) {
    const own = new Own({ formats: ['qr_code'] })
    return async video => (await own.detect(video))[0]?.rawValue
  }
  const { default: jsqr } = await import('jsqr')
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  return async video => {
    if (!pen || video.videoWidth === 0) return undefined
    const scale = Math.min(1, 640 / video.videoWidth)
    canvas.width = video.videoWidth * scale
    canvas.height = video.videoHeight * scale
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height)
    return jsqr(data, width, height)?.data
  }
}

/** The camera, looked at a few times a second. */
export function Scanner({ onCode }: { onCode: (text: string) => void }) {
  const t = useWords()
  const video = useRef<HTMLVideoElement>(null)
  const tell = useRef(onCode)
  useEffect(() => {
    tell.current = onCode
  })
  const [no, setNo] = useState(false)
  useEffect(() => {
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setInterval> | undefined
    let ended = false
    const stop = () => {
      clearInterval(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    const begin = async () => {
      const [look, camera] = await Promise.all([reader(), navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })])
      stream = camera
      if (ended || !video.current) return stop()
      video.current.srcObject = stream
      await video.current.play()
      timer = setInterval(() => {
        if (!video.current) return
        look(video.current).then(
          found => {
            if (found && !ended) tell.current(found)
          },
          () => undefined,
        )
      }, 300)
    }
    begin().catch(() => setNo(true))
    return () => {
      ended = true
      stop()
    }
  }, [])
  if (no) return <p className="text-held">{t.offering.services.scanNo}</p>
  return <video ref={video} muted playsInline className="aspect-square w-full rounded-lg bg-sunken object-cover" />
}
