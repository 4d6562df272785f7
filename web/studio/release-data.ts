import type { Ok } from '../api.ts'

/** A release as its makers see it. */
export type StudioReleaseData = Ok<'GET /releases/:id'>
