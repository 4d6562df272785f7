import { useMutation } from '@tanstack/react-query'
import { FileUp, Languages, WandSparkles } from 'lucide-react'
import { useId, useMemo, useRef, useState } from 'react'
import { parseTimed, TimedFault } from '../../shared/timedtext/index.ts'
import { api } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { EmptyState, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { setAgent, setAllText, setBeside, textOf, workFrom, type Work } from './edit.ts'
import { faultOfFile, readFile } from './file-fault.ts'
import { commonLanguages, langOf, languageName } from './names.ts'
import type { Editor } from './use-editor.ts'

/** The words themselves: typed, pasted (also LRC and the like) or from a file. */
export function WordsStep({ editor }: { editor: Editor }) {
  const t = useWords()
  const { work, change } = editor
  const [problem, setProblem] = useState<string>()
  const text = useMemo(() => work.lines.map(textOf).join('\n'), [work])
  // While someone types, what they see is theirs, blanks at the end too.
  const [typed, setTyped] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)

  const take = (given: string) => {
    try {
      const found = parseTimed(given, undefined, true)
      if (found.timing === 'none') return false
      takeIn(found)
      return true
    } catch (error) {
      if (!(error instanceof TimedFault)) throw error
      // Text with brackets may be just that; only what clearly wanted to be timed is refused.
      if (!/^\s*(?:\[\d+:\d|<\?xml|<tt\b|WEBVTT)/m.test(given)) return false
      setProblem(faultOfFile(t, error))
      return true
    }
  }
  const takeIn = (found: ReturnType<typeof parseTimed>) => {
    const besides = {
      ...(found.lines.some(line => line.translation)
        ? { [`translation:${found.translationLanguage ?? 'other'}`]: found.lines.map(line => line.translation) }
        : {}),
      ...(found.lines.some(line => line.romanisation) ? { romanisation: found.lines.map(line => line.romanisation) } : {}),
    }
    change(workFrom(found.lines, found.language, besides))
    setProblem(undefined)
    setTyped(null)
    toast(t.lyrics.imported(found.lines.length, t.lyrics.formats[found.format]), { tone: 'good' })
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <LanguageChoice label={t.lyrics.language} value={work.language} onChange={language => change({ ...work, language }, 'language')} />
        <Button look="quiet" icon={FileUp} onClick={() => file.current?.click()}>
          {t.lyrics.importFile}
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          data-lyrics-file
          accept=".lrc,.elrc,.trc,.ttml,.xml,.srt,.vtt,.txt,text/plain"
          onChange={async event => {
            const [given] = event.target.files ?? []
            event.target.value = ''
            if (!given) return
            const found = await readFile(t, given)
            if (typeof found === 'string') setProblem(found)
            else takeIn(found)
          }}
        />
        <p className="text-xs text-muted">{t.lyrics.importHint}</p>
      </div>
      <TextArea
        label={t.lyrics.pasteLabel}
        hint={t.lyrics.wordsHint}
        error={problem}
        rows={18}
        value={typed ?? text}
        lang={langOf(work.language)}
        spellCheck={false}
        maxLength={100_000}
        onPaste={event => {
          const given = event.clipboardData.getData('text')
          if (given.length > 0 && take(given)) event.preventDefault()
        }}
        onChange={event => {
          setTyped(event.target.value)
          setProblem(undefined)
          change(setAllText(work, event.target.value), 'typing')
        }}
        onBlur={() => setTyped(null)}
      />
    </div>
  )
}

/** A language by its name, or any other by its tag. */
export function LanguageChoice({
  label,
  value,
  onChange,
  without,
}: {
  label: string
  value: string
  onChange: (language: string) => void
  without?: string
}) {
  const t = useWords()
  const { locale } = useLanguage()
  const offered = [...new Set<string>([...commonLanguages, value])].filter(one => one !== without && one !== 'other')
  return (
    <Select
      label={label}
      className="w-48"
      value={value}
      onChange={event => onChange(event.target.value)}
      options={[
        ...offered.map(one => ({ value: one, name: languageName(one, locale, t.lyrics.otherLanguage) })),
        { value: 'other', name: t.lyrics.otherLanguage },
      ]}
    />
  )
}

/** Translation and romanisation beside the words, line by line. */
export function BesideStep({ editor }: { editor: Editor }) {
  const t = useWords()
  const { locale } = useLanguage()
  const { work, change } = editor
  const there = useMemo(
    () =>
      [...new Set(work.lines.flatMap(line => Object.keys(line.beside)))]
        .filter(name => name.startsWith('translation:'))
        .map(name => name.slice(12)),
    [work],
  )
  const [into, setInto] = useState(() => there[0] ?? (work.language.startsWith(locale) ? (locale === 'zh' ? 'en' : 'zh') : locale))
  const suggest = useMutation({
    mutationFn: () =>
      api('POST /lyrics/pinyin', { lines: work.lines.map(line => (line.beside['romanisation'] ? '' : textOf(line).trim())) }),
    onSuccess: ({ lines }) => {
      const filled = lines.filter(Boolean).length
      if (filled === 0) return toast(t.lyrics.noChinese)
      change(lines.reduce<Work>((next, text, i) => (text ? setBeside(next, i, 'romanisation', text) : next), work))
      toast(t.lyrics.suggested(filled), { tone: 'good' })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const id = useId()
  const rows = work.lines.map((line, index) => ({ line, index, text: textOf(line).trim() })).filter(row => row.text !== '')
  if (rows.length === 0) return <EmptyState icon={Languages} title={t.lyrics.nothingToTime} compact />
  const name = `translation:${into}`
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t.lyrics.besideHint}</p>
      <div className="flex flex-wrap items-end gap-3">
        <LanguageChoice label={t.lyrics.translationInto} value={into} onChange={setInto} without={work.language} />
        <Button look="quiet" icon={WandSparkles} busy={suggest.isPending} onClick={() => suggest.mutate()}>
          {t.lyrics.suggestPinyin}
        </Button>
      </div>
      <ol className="flex flex-col gap-1.5">
        <li
          aria-hidden
          className="hidden gap-3 px-1 text-xs font-medium text-muted md:grid md:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)_minmax(0,1.1fr)_7rem]"
        >
          <span>{t.lyrics.original}</span>
          <span>{t.lyrics.romanisation}</span>
          <span>
            {t.lyrics.translation} · {languageName(into, locale, t.lyrics.otherLanguage)}
          </span>
          <span>{t.lyrics.singer}</span>
        </li>
        {rows.map(({ line, index, text }) => (
          <li
            key={line.key}
            className="grid gap-2 rounded-sm border border-line bg-surface p-2.5 md:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)_minmax(0,1.1fr)_7rem] md:items-center md:gap-3 md:border-0 md:bg-transparent md:p-0"
          >
            <p id={`${id}-${index}`} lang={langOf(work.language)} className="font-medium">
              {text}
            </p>
            <Input
              label={`${t.lyrics.romanisation}: ${text}`}
              hideLabel
              placeholder={t.lyrics.romanisation}
              value={line.beside['romanisation'] ?? ''}
              maxLength={1000}
              onChange={event => change(setBeside(work, index, 'romanisation', event.target.value), `romanisation ${index}`)}
            />
            <Input
              label={`${t.lyrics.translation}: ${text}`}
              hideLabel
              placeholder={t.lyrics.translation}
              lang={langOf(into)}
              value={line.beside[name] ?? ''}
              maxLength={1000}
              onChange={event => change(setBeside(work, index, name, event.target.value), `${name} ${index}`)}
            />
            <Select
              label={`${t.lyrics.singer}: ${text}`}
              hideLabel
              value={line.agent ?? ''}
              onChange={event => change(setAgent(work, index, event.target.value || null))}
              options={[
                { value: '', name: t.lyrics.singers.none },
                ...(['v1', 'v2', 'v3', 'bg'] as const).map(value => ({ value, name: t.lyrics.singers[value] })),
                ...(line.agent && !['v1', 'v2', 'v3', 'bg'].includes(line.agent) ? [{ value: line.agent, name: line.agent }] : []),
              ]}
            />
          </li>
        ))}
      </ol>
    </div>
  )
}
