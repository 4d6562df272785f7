import { createFileRoute } from '@tanstack/react-router'
import { FanFace } from '../shell/fan-face.tsx'

export const Route = createFileRoute('/_fan')({ component: FanFace })
