import { useQuery } from '@tanstack/react-query'
import { Download as DownloadIcon, FileArchive } from 'lucide-react'
import { read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'

type DownloadData = Ok<'GET /downloads/:line'>

/** What can be downloaded of a line: the whole in each format, and its single tracks. */
export function Downloads({ line }: { line: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /downloads/:line', { line }),
    refetchInterval: query => (query.state.data?.formats.length === 0 ? 5000 : false),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  const name = (code: DownloadData['formats'][number]['format']) => t.shop.formatNames[code]
  return (
    <div>
      {data.formats.length === 0 ? <p className="text-muted">{t.shop.preparing}</p> : null}
      <div className="flex flex-wrap gap-2">
        {data.formats.map(file => (
          <a key={file.format} href={file.url} download className={buttonClass('quiet')}>
            <FileArchive size={16} aria-hidden />
            {name(file.format)}
            {file.bytes ? <span className="font-normal text-muted">{format.bytes(file.bytes)}</span> : null}
          </a>
        ))}
      </div>
      <details className="group mt-3">
        <summary className="rounded-sm text-sm font-medium text-muted hover:text-ink">{t.shop.singleTracks}</summary>
        <ol className="mt-2 divide-y divide-line">
          {data.tracks.map(track => (
            <li key={track.id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="tabular w-6 text-right text-muted">{track.number}</span>
              <span className="min-w-0 flex-1 truncate">{track.title}</span>
              {track.urls.map(file => (
                <a
                  key={file.format}
                  href={file.url}
                  download
                  aria-label={`${t.shop.download}: ${track.title}, ${name(file.format)}`}
                  className="inline-flex items-center gap-1.5 rounded-full bg-raised px-2.5 py-1 text-xs font-medium hover:bg-accent-soft hover:text-accent-ink"
                >
                  <DownloadIcon size={12} aria-hidden />
                  {name(file.format)}
                </a>
              ))}
            </li>
          ))}
        </ol>
      </details>
    </div>
  )
}
