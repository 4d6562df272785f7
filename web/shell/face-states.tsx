import type { ErrorComponentProps } from '@tanstack/react-router'
import { FanFace } from './fan-face.tsx'
import { PageFailed, PagePending } from './states.tsx'

/** While another face is on its way the frame stays, with its ways out: without this the page would lose both. */
export const FacePending = () => (
  <FanFace>
    <PagePending />
  </FanFace>
)

/** A face whose words or menu could not be had. */
export const FaceFailed = (problem: ErrorComponentProps) => (
  <FanFace>
    <PageFailed {...problem} />
  </FanFace>
)
