import type { Same } from './locale.ts'

export const zh = { title: '工作室' }

export const en: Same<typeof zh> = { title: 'Studio' }
