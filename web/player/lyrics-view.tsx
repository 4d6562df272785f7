import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { AArrowDown, AArrowUp, Languages, MicVocal, Pencil, SpellCheck2 } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { read, type Ok } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { buttonClass, IconButton } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { chooseLyrics, lyricSizes, useLyricsChoices } from './lyrics-choices.ts'
import { Following, Plain, type Beside } from './lyrics-lines.tsx'
import { lyricRows } from './lyrics.ts'
import type { Playable } from './track.ts'

type Lyrics = Ok<'GET /tracks/:id/lyrics'>

/** Lyrics that follow the voice; a line can be tapped to go there. */
export function LyricsView({ track, onLeave }: { track: Playable; onLeave: () => void }) {
  const t = useWords()
  const choices = useLyricsChoices()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /tracks/:id/lyrics', { id: track.id, ...(choices.language && !track.own ? { translation: choices.language } : {}) }),
    enabled: track.hasLyrics && !track.own,
    staleTime: 600_000,
    // Another language of the translation comes without the words going away.
    placeholderData: before => (before?.track === track.id ? before : undefined),
  })
  // Words of the device's own files are laid there by web/own: nobody is asked for them.
  if (!track.hasLyrics || (track.own && !data)) {
    return (
      <div className="grid flex-1 place-items-center">
        <EmptyState
          icon={MicVocal}
          title={t.player.lyrics}
          compact
          action={<Editor track={track} name={t.listening.addLyrics} onLeave={onLeave} />}
        >
          {t.player.noLyrics}
        </EmptyState>
      </div>
    )
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) {
    return (
      <Loading className="flex flex-col gap-6 pt-[10vh]">
        {[70, 55, 80, 62, 74, 48].map(width => (
          <div key={width} style={{ width: `${width}%` }}>
            <Skeleton className="h-7" />
          </div>
        ))}
      </Loading>
    )
  }
  return <Words track={track} lyrics={data} onLeave={onLeave} />
}

function Words({ track, lyrics, onLeave }: { track: Playable; lyrics: Lyrics; onLeave: () => void }) {
  const t = useWords()
  const choices = useLyricsChoices()
  const rows = useMemo(() => lyricRows(lyrics.lines), [lyrics])
  const has = { translation: lyrics.lines.some(line => line.translation), romanisation: lyrics.lines.some(line => line.romanisation) }
  // A preview has its own clock: the words then stand still.
  const timed = lyrics.timing !== 'none' && track.playable === 'full'
  const beside: Beside = {
    translation: has.translation && choices.translation,
    romanisation: has.romanisation && choices.romanisation,
    language: lyrics.translationLanguage,
  }
  const size = lyricSizes[choices.size]!
  const foot = <Foot track={track} lyrics={lyrics} timed={lyrics.timing !== 'none'} onLeave={onLeave} />
  return (
    <div
      className="flex min-h-0 flex-1 flex-col [--line:var(--line-phone)] sm:[--line:var(--line-desk)]"
      style={{ '--line-phone': `${size[0]}rem`, '--line-desk': `${size[1]}rem` } as object}
    >
      <div className="flex shrink-0 items-center justify-end gap-0.5 pb-1">
        {has.translation ? (
          <IconButton
            icon={Languages}
            size="sm"
            label={t.listening.translation}
            pressed={choices.translation}
            onClick={() => chooseLyrics({ translation: !choices.translation })}
          />
        ) : null}
        {has.romanisation ? (
          <IconButton
            icon={SpellCheck2}
            size="sm"
            label={t.listening.romanisation}
            pressed={choices.romanisation}
            onClick={() => chooseLyrics({ romanisation: !choices.romanisation })}
          />
        ) : null}
        <TranslationLanguage lyrics={lyrics} />
        <IconButton
          icon={AArrowDown}
          size="sm"
          label={t.listening.smaller}
          disabled={choices.size === 0}
          onClick={() => chooseLyrics({ size: choices.size - 1 })}
        />
        <IconButton
          icon={AArrowUp}
          size="sm"
          label={t.listening.bigger}
          disabled={choices.size === lyricSizes.length - 1}
          onClick={() => chooseLyrics({ size: choices.size + 1 })}
        />
      </div>
      {timed ? (
        <Following key={track.id} rows={rows} byWord={lyrics.timing === 'word'} language={lyrics.language} beside={beside} foot={foot} />
      ) : (
        <Plain rows={rows} language={lyrics.language} beside={beside} foot={foot} />
      )}
    </div>
  )
}

/** Which of several translations stands beside the words. */
function TranslationLanguage({ lyrics }: { lyrics: Lyrics }) {
  const t = useWords()
  const { locale } = useLanguage()
  const languages = [...new Set(lyrics.parts.filter(part => part.kind === 'translation').map(part => part.language))]
  if (languages.length < 2) return null
  const names = new Intl.DisplayNames(locale === 'zh' ? 'zh-CN' : 'en', { type: 'language', fallback: 'code' })
  const at = lyrics.translationLanguage ?? languages[0]!
  return (
    <Menu
      label={t.listening.translationLanguage}
      trigger={
        <button type="button" aria-label={t.listening.translationLanguage} className={buttonClass('plain', 'sm')}>
          {names.of(at)}
        </button>
      }
      entries={[
        {
          kind: 'choices',
          name: t.listening.translationLanguage,
          value: at,
          choices: languages.map(language => ({ value: language, name: names.of(language) ?? language, lang: language })),
          choose: language => chooseLyrics({ language, translation: true }),
        },
      ]}
    />
  )
}

/** Who is thanked for these lyrics, and the way to make them better. */
function Foot({ track, lyrics, timed, onLeave }: { track: Playable; lyrics: Lyrics; timed: boolean; onLeave: () => void }) {
  const t = useWords()
  const hands = lyrics.parts.flatMap(part => part.hands)
  const roles = [...new Set(hands.map(hand => hand.role))]
  return (
    <div className="mt-10 flex flex-col items-start gap-1 px-3 text-sm text-muted">
      {timed ? null : <p>{t.listening.untimed}</p>}
      {roles.map(role => (
        <p key={role}>
          {t.listening.hands(
            t.listening.roles[role],
            [...new Set(hands.filter(hand => hand.role === role).map(hand => hand.name))].join(', '),
          )}
        </p>
      ))}
      <Editor track={track} name={t.listening.fixLyrics} onLeave={onLeave} />
    </div>
  )
}

/** The way to the editor of lyrics, where this planet has one. */
function Editor({ track, name, onLeave }: { track: Playable; name: string; onLeave: () => void }): ReactNode {
  const router = useRouter()
  if (track.own || !('/lyrics/$id' in router.routesByPath)) return null
  return (
    <Link to={'/lyrics/$id' as '/tracks/$id'} params={{ id: track.id }} onClick={onLeave} className={buttonClass('plain', 'sm', '-ml-3')}>
      <Pencil size={14} aria-hidden />
      {name}
    </Link>
  )
}
