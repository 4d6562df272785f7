/** Planet as an app on a device: its manifest (W3C Web Application Manifest) and the pictures it is drawn as. Pure: the server tells the one, the build paints the other. */
import { planetArt } from './planet.ts'
import { words, type LocaleName } from './words/index.ts'

/** `--bg` of both themes (web/ui/tokens.css) as the system's bars take it: it reads no OKLCH. */
export const barColours = { light: '#f8f9fd', dark: '#0d0d18' } as const

/** Files of sound that open with Planet. What of it sounds is for the browser to say. */
export const soundFiles: Record<string, string[]> = {
  'audio/mpeg': ['.mp3'],
  'audio/flac': ['.flac'],
  'audio/mp4': ['.m4a', '.m4b', '.aac'],
  'audio/ogg': ['.ogg', '.oga', '.opus'],
  'audio/wav': ['.wav'],
  'audio/aiff': ['.aif', '.aiff'],
  'audio/webm': ['.weba'],
}

export type AppManifest = ReturnType<typeof appManifest>

/** The manifest in one language. `id` never changes: an installed app stays the same app. */
export function appManifest(locale: LocaleName) {
  const t = words[locale]
  const shortcut = (name: string, url: string) => ({ name, url, icons: [{ src: '/icon-192.png', sizes: '192x192', type: 'image/png' }] })
  return {
    id: '/',
    name: t.shell.brand,
    short_name: t.shell.brandShort,
    description: t.shell.tagline,
    lang: locale === 'zh' ? 'zh-CN' : 'en',
    dir: 'ltr',
    start_url: '/?from=app',
    scope: '/',
    display: 'standalone',
    orientation: 'any',
    background_color: barColours.dark,
    theme_color: barColours.dark,
    categories: ['music', 'entertainment'],
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icon-maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
    screenshots: [
      { src: `/screens/wide-${locale}.webp`, sizes: '1280x800', type: 'image/webp', form_factor: 'wide', label: t.offline.app.screenWide },
      {
        src: `/screens/narrow-${locale}.webp`,
        sizes: '780x1688',
        type: 'image/webp',
        form_factor: 'narrow',
        label: t.offline.app.screenNarrow,
      },
    ],
    shortcuts: [
      shortcut(t.common.search, '/search'),
      shortcut(t.shell.library, '/library'),
      shortcut(t.offline.app.nowPlaying, '/?playing=open'),
      shortcut(t.offline.title, '/offline'),
    ],
    share_target: {
      action: '/own/share',
      method: 'POST',
      enctype: 'multipart/form-data',
      params: { files: [{ name: 'sound', accept: ['audio/*', ...Object.values(soundFiles).flat()] }] },
    },
    file_handlers: [{ action: '/own', accept: soundFiles, icons: [{ src: '/icon-192.png', sizes: '192x192', type: 'image/png' }] }],
    launch_handler: { client_mode: ['focus-existing', 'auto'] },
  }
}

/** The sign of the planet (a sun with its ring) in a night sky. Maskable: it stays within the circle that every system leaves of it (80 % of the width). */
export function iconSvg(look: 'any' | 'maskable' | 'apple'): string {
  const scale = look === 'maskable' ? 2.1 : 2.62
  const sky = planetArt('planet-icon').match(/<path d="[^"]*" stroke="[^"]*"/g) ?? []
  const stars = sky.map(
    (path, index) =>
      `${path.replace(/stroke="[^"]*"/, 'stroke="#efedf7"')} stroke-width="${index === 0 ? 0.6 : 1.1}" stroke-linecap="round" opacity=".55"/>`,
  )
  const ring = (half: string): string => `<path d="${half}" fill="none" stroke="#efedf7" stroke-width="1.7" stroke-linecap="round"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs><linearGradient id="n" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#2c2452"/><stop offset="1" stop-color="#100d1c"/></linearGradient><radialGradient id="s" cx=".32" cy=".28" r=".95"><stop offset="0" stop-color="#ffd894"/><stop offset=".55" stop-color="#f5a742"/><stop offset="1" stop-color="#c2641c"/></radialGradient><radialGradient id="g"><stop offset=".5" stop-color="#f5a742" stop-opacity=".45"/><stop offset="1" stop-color="#f5a742" stop-opacity="0"/></radialGradient></defs><rect width="100" height="100" rx="${look === 'any' ? 22 : 0}" fill="url(#n)"/>${stars.join('')}<g transform="translate(50 50) scale(${scale}) translate(-13 -13)">${ring('M2.6 17.2C.9 14.5 5.2 9.6 12 6.6 18.9 3.6 24 4.4 24.4 6.8')}<circle cx="13" cy="13" r="12" fill="url(#g)"/><circle cx="13" cy="13" r="7" fill="url(#s)"/>${ring('M24.4 6.8C24.9 9.5 20.4 14 14.2 16.6 8.6 19 3.9 19.3 2.6 17.2')}</g></svg>`
}

/** The pictures of the app: name, side in pixels, look. */
export const icons = [
  { name: 'icon-192.png', side: 192, look: 'any' },
  { name: 'icon-512.png', side: 512, look: 'any' },
  { name: 'icon-maskable-192.png', side: 192, look: 'maskable' },
  { name: 'icon-maskable-512.png', side: 512, look: 'maskable' },
  { name: 'apple-touch-icon.png', side: 180, look: 'apple' },
] as const
