/**
 * What stands behind a link in a post. Fetched by a job, for all who post it, from the open internet only (foundation/outside.ts, trap 36), with limits of time and size;
 * the page is read as text, nothing of it runs; its picture is made anew by the media engine.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { files } from '../foundation/files.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { later } from '../foundation/later.ts'
import { BlockedAddress, fetchOutside, type OutsideAnswer, type OutsideOptions } from '../foundation/outside.ts'
import { readSetting } from '../foundation/settings.ts'
import { MediaRefused, storePicture } from '../media/index.ts'
import { tellPlace, tellPost } from './places.ts'
import { askPreview, postsWith, setPreview, type Fetched } from './store-beside.ts'
import { tidy } from './text.ts'

const htmlparser = later<typeof import('htmlparser2')>('htmlparser2')

const keptMs = 7 * 86_400_000
const mostPageBytes = 1024 * 1024
const mostPictureBytes = 8 * 1024 * 1024
/** Open pages of posts so young are told that a preview came. */
const youngMs = 3_600_000

/** Notes that a post has this link; the address itself, or null without one. */
export async function askFor(tx: Tx, url: string | undefined): Promise<string | null> {
  if (url === undefined) return null
  const now = clock.now()
  if (await askPreview(tx, url, now, new Date(now.getTime() - keptMs)))
    await enqueue(tx, 'feed.preview', { url }, { key: `feed.preview:${url}`, maxAttempts: 4 })
  return url
}

const line = (text: string, most: number): string =>
  [
    ...tidy(text)
      // oxlint-disable-next-line no-control-regex
      .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
      .trim(),
  ]
    .slice(0, most)
    .join('')

/** The page's text in the encoding it says. */
function decode({ body, headers }: OutsideAnswer): string {
  const head = body.subarray(0, 2048).toString('latin1')
  const said =
    /charset=["']?([\w-]+)/i.exec(String(headers['content-type'] ?? ''))?.[1] ??
    /<meta[^>]+charset=["']?([\w-]+)/i.exec(head)?.[1] ??
    'utf-8'
  try {
    return new TextDecoder(said).decode(body)
  } catch {
    return new TextDecoder().decode(body)
  }
}

export type PageFacts = { site: string; title: string; description: string; picture: string | null }
/** What a page says of itself in its head: Open Graph, then what every page has. Pure. */
export function factsOf(html: string, url: string): PageFacts | null {
  const meta = new Map<string, string>()
  let title = ''
  let inTitle = false
  let over = false
  const parser = new (htmlparser().Parser)({
    onopentag(name, attributes) {
      if (over) return
      if (name === 'title' && title === '') inTitle = true
      else if (name === 'meta') {
        const key = (attributes['property'] ?? attributes['name'] ?? '').toLowerCase()
        const content = attributes['content']
        if (content !== undefined && key !== '' && !meta.has(key)) meta.set(key, content)
      } else if (name === 'body') over = true
    },
    ontext(text) {
      if (inTitle && title.length < 1000) title += text
    },
    onclosetag(name) {
      if (name === 'title') inTitle = false
    },
  })
  parser.end(html)
  const first = (...names: string[]): string => names.map(name => meta.get(name)?.trim()).find(Boolean) ?? ''
  const name = line(first('og:title', 'twitter:title') || title, 200)
  if (name === '') return null
  const picture = first('og:image:secure_url', 'og:image', 'twitter:image', 'twitter:image:src')
  return {
    site: line(first('og:site_name') || new URL(url).hostname.replace(/^www\./, ''), 100),
    title: name,
    description: line(first('og:description', 'twitter:description', 'description'), 400),
    picture: picture !== '' && URL.canParse(picture, url) ? new URL(picture, url).href : null,
  }
}

/** Fetches a page and says what it is, or why not. Errors that may pass are thrown: the job tries again. */
export async function fetchPage(url: string, options: OutsideOptions): Promise<PageFacts | { reason: string }> {
  let answer: OutsideAnswer
  try {
    answer = await fetchOutside(url, {
      ...options,
      headers: { accept: 'text/html,application/xhtml+xml', 'accept-language': 'zh,en;q=0.8', 'user-agent': 'Planet (link preview)' },
      maxBytes: mostPageBytes,
      timeoutMs: 8000,
    })
  } catch (error) {
    if (error instanceof BlockedAddress) return { reason: error.message }
    throw error
  }
  if (answer.status >= 500) throw new Error(`${answer.status} from ${new URL(answer.url).origin}`)
  if (answer.status !== 200) return { reason: `answered ${answer.status}` }
  if (!/^(text\/html|application\/xhtml\+xml)\b/i.test(String(answer.headers['content-type'] ?? ''))) return { reason: 'is no page' }
  return factsOf(decode(answer), answer.url) ?? { reason: 'has no title' }
}

/** Its picture, made anew; null where it cannot be had: the rest is shown without. */
async function fetchPicture({ write }: Pick<JobContext, 'write'>, url: string, options: OutsideOptions): Promise<string | null> {
  const folder = join(files.scratch('previews'), randomToken(9).replace(/[^\w]/g, '0'))
  try {
    const answer = await fetchOutside(url, { ...options, maxBytes: mostPictureBytes, timeoutMs: 8000 })
    if (answer.status !== 200 || answer.body.length === 0) return null
    await mkdir(folder, { recursive: true })
    const path = join(folder, 'picture')
    await writeFile(path, answer.body)
    return (await storePicture(write, path, 'preview')).asset
  } catch (error) {
    // A blocked, slow, broken or refused picture is none; a full disk or a bug is ours.
    if (error instanceof MediaRefused || error instanceof BlockedAddress) return null
    if (
      error instanceof Error &&
      /more than|redirect|abort|timeout|socket|ECONN|ENOTFOUND|EHOST|certificate|TLS|SSL|Parse Error/i.test(
        `${error.name} ${error.message}`,
      )
    )
      return null
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The job. What fails is tried a few times; then the post simply has no preview. */
export async function lookBehind(context: JobContext, { url }: { url: string }): Promise<void> {
  const { read, write, config, signal, attempt } = context
  let found: Fetched
  if (new URL(url).origin === config.url) found = { reason: 'is on this planet' }
  else {
    const trusted = (await readSetting<string[]>(read, 'feed.trusted')) ?? []
    const options: OutsideOptions = { trusted, signal }
    try {
      const page = await fetchPage(url, options)
      found =
        'reason' in page ? page : { ...page, picture: page.picture === null ? null : await fetchPicture(context, page.picture, options) }
    } catch (error) {
      if (signal.aborted || attempt < 4) throw error
      found = { reason: error instanceof Error ? error.message : String(error) }
    }
  }
  await write(async tx => {
    const at = clock.now()
    await setPreview(tx, url, found, at)
    if ('reason' in found) return
    for (const { id, place } of await postsWith(tx, url, new Date(at.getTime() - youngMs))) {
      tellPlace(tx, place, { kind: 'post', id, change: 'changed' })
      tellPost(tx, id, { kind: 'post', id, change: 'changed' })
    }
  })
}
