import type { Words } from '../i18n/use.tsx'
import { toast } from '../ui/toast.tsx'

export async function copyLink(t: Words, path: string): Promise<void> {
  await navigator.clipboard.writeText(location.origin + path)
  toast(t.feed.linkCopied, { tone: 'good' })
}

/** The phone's own way of sharing where there is one; else the link is copied. */
export async function share(t: Words, path: string, title: string): Promise<void> {
  if (typeof navigator.share !== 'function' || !matchMedia('(pointer: coarse)').matches) return copyLink(t, path)
  try {
    await navigator.share({ title, url: location.origin + path })
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) await copyLink(t, path)
  }
}
