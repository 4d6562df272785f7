import { Camera as CameraIcon, CameraOff } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'

const Camera = lazy(() => import('../ui/camera.tsx').then(module => ({ default: module.Camera })))

/** By camera, or by what is printed under the code. A hand scanner types, too. */
export function ScanView({ paused, onText }: { paused: boolean; onText: (text: string) => void }) {
  const t = useWords()
  const d = t.tickets.door
  const [camera, setCamera] = useState(false)
  const [typed, setTyped] = useState('')
  return (
    <div className="flex flex-1 flex-col gap-4">
      {camera ? (
        <>
          <Suspense>
            <Camera paused={paused} refused={d.cameraRefused} aim={d.aim} onCode={onText} />
          </Suspense>
          <Button look="plain" icon={CameraOff} onClick={() => setCamera(false)} className="self-center">
            {d.cameraOff}
          </Button>
        </>
      ) : (
        <button
          type="button"
          onClick={() => setCamera(true)}
          className="flex aspect-square w-full flex-col items-center justify-center gap-4 rounded-lg bg-accent text-on-accent hover:bg-accent-hover sm:aspect-video"
        >
          <CameraIcon size={64} strokeWidth={1.4} aria-hidden />
          <span className="text-xl font-semibold">{d.camera}</span>
        </button>
      )}
      <form
        className="mt-auto flex items-end gap-2"
        onSubmit={event => {
          event.preventDefault()
          if (typed.trim() === '') return
          onText(typed)
          setTyped('')
        }}
      >
        <Input
          label={d.typed}
          value={typed}
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          placeholder="4F7Q-2M8K-ZX"
          onChange={event => setTyped(event.target.value)}
          className="flex-1"
        />
        <Button type="submit" disabled={typed.trim() === ''}>
          {d.check}
        </Button>
      </form>
    </div>
  )
}
