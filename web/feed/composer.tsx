import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { AtSign, AudioLines, ChartBarBig, ImagePlus, Music2, RotateCw, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect, useRef, useState, type DragEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Select, Switch } from '../ui/field.tsx'
import { faultText, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { problemCode, useAttaching } from './attach.ts'
import { ClipNote, ClipPlayer } from './clip.tsx'
import { ComposeMusic } from './compose-music.tsx'
import { ComposePictures } from './compose-pictures.tsx'
import { ComposePoll, pollReady } from './compose-poll.tsx'
import { dropDraft, draftOf, emptyDraft, emptyPoll, isEmpty, keepDraft, type Draft } from './draft.ts'
import { MentionArea } from './mention-area.tsx'
import { toDraft, toWire } from './mentions.ts'
import { MusicCard } from './music.tsx'
import { mostPictures, mostText, type Clip, type Picture, type Post } from './post.ts'
import { changePost, showNew } from './known.ts'
import { useTall } from './tall.ts'

/** Where a post goes: a group (`asArtist`: one may speak as its artist), or a page. */
export type Place = { kind: 'group' | 'page'; id: string; name: string; picture: string | null; asArtist?: string | null }
export type Begin = 'text' | 'pictures' | 'clip' | 'poll' | 'music'

const largest = { picture: 20, clip: 50 }
const mega = 1_000_000
/** The count of what is left is shown from here on. */
const near = 500

/** `choices`: written where no place is given by where one is; the writer chooses among them. */
type Props = { onClose: () => void; begin?: Begin } & (
  | { post?: undefined; place: Place; choices?: readonly Place[] }
  | { post: Post; place: null; choices?: undefined }
)

function begun(key: string, begin: Begin): Draft {
  const kept = draftOf(key)
  return begin === 'poll' && !kept.poll ? { ...kept, poll: emptyPoll } : kept
}

/** Writes a post, or changes one: full screen on a phone. What is written stays on the device until it is posted. */
export function Composer({ post, place: given, choices, onClose, begin = 'text' }: Props) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [place, setPlace] = useState<Place | null>(given)
  const key = choices ? 'feed' : given?.id
  const [draft, setDraft] = useState<Draft>(() =>
    post ? { ...emptyDraft, ...toDraft(post.parts), pictures: post.pictures, music: post.music } : begun(key ?? '', begin),
  )
  // Made once: pressed twice it is the same post.
  const [ids] = useState(() => ({ post: newClientId('pst'), poll: newClientId('pll') }))
  const [finding, setFinding] = useState(begin === 'music')
  const [artist, setArtist] = useState(Boolean(given?.asArtist))
  const area = useRef<HTMLTextAreaElement>(null)
  const pictureInput = useRef<HTMLInputElement>(null)
  const clipInput = useRef<HTMLInputElement>(null)
  const tall = useTall()
  const change = (next: Partial<Draft>) => setDraft(before => ({ ...before, ...next }))

  const pictures = useAttaching<Picture>(
    upload => api('POST /posts/pictures', { upload }),
    made =>
      setDraft(before =>
        before.pictures.some(one => one.id === made.id) || before.pictures.length >= mostPictures
          ? before
          : { ...before, pictures: [...before.pictures, made] },
      ),
  )
  const clips = useAttaching<Clip>(
    upload => api('POST /posts/clips', { upload }),
    made => change({ clip: made }),
  )
  const coming = clips.items[0]

  useEffect(() => {
    if (key === undefined) return
    const later = setTimeout(() => keepDraft(key, draft), 300)
    return () => clearTimeout(later)
  }, [draft, key])
  const opened = useRef(false)
  useEffect(() => {
    if (opened.current) return
    opened.current = true
    if (begin === 'pictures') pictureInput.current?.click()
    if (begin === 'clip') clipInput.current?.click()
  }, [begin])

  const takePictures = (files: readonly File[]) => {
    const good = files.filter(file => file.type.startsWith('image/') && !file.type.includes('svg') && file.size <= largest.picture * mega)
    const room = mostPictures - draft.pictures.length - pictures.items.length
    if (good.length < files.length) toast(t.feed.wrongPicture, { tone: 'bad' })
    else if (good.length > room) toast(t.feed.picturesFull)
    pictures.add(good.slice(0, Math.max(0, room)))
  }
  const takeClip = (file: File | undefined) => {
    if (!file) return
    if (!/^(?:audio|video)\//.test(file.type) && !/\.(?:mp3|m4a|flac|wav|ogg|opus|aac)$/i.test(file.name))
      return toast(t.feed.wrongClip, { tone: 'bad' })
    if (file.size > largest.clip * mega) return toast(t.feed.wrongClip, { tone: 'bad' })
    for (const one of clips.items) clips.remove(one.key)
    change({ clip: null })
    clips.add([file])
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    const files = [...event.dataTransfer.files]
    const images = files.filter(file => file.type.startsWith('image/'))
    if (images.length > 0) takePictures(images)
    else if (!post) takeClip(files.find(file => file.type.startsWith('audio/')))
  }

  const over = draft.text.length - mostText
  const busy = pictures.items.some(one => one.problem === null) || (coming !== undefined && coming.problem === null)
  const badPoll = draft.poll !== null && !pollReady(draft.poll)
  const ready = !isEmpty(draft) && over <= 0 && !busy && !badPoll
  const send = useMutation({
    mutationFn: async (): Promise<Post> => {
      const written = {
        text: toWire(draft.text.trim(), draft.named),
        pictures: draft.pictures.map(({ id, alt }) => ({ id, alt })),
        music: draft.music?.id ?? null,
      }
      if (post) return api('PATCH /posts/:id', { id: post.id, ...written })
      const poll = draft.poll
      return api('POST /posts', {
        id: ids.post,
        place: place!.id,
        ...written,
        clip: draft.clip?.id ?? null,
        poll: poll && {
          id: ids.poll,
          question: poll.question.trim(),
          options: poll.options.map(option => option.trim()).filter(Boolean),
          choices: poll.many ? Math.min(10, poll.options.filter(option => option.trim()).length) : 1,
          minutes: poll.days * 1440,
        },
        asArtist: place!.kind === 'page' || (Boolean(place!.asArtist) && artist),
      })
    },
    onSuccess: made => {
      if (post) {
        changePost(client, made.id, () => made)
        toast(t.feed.saved, { tone: 'good' })
      } else {
        setDraft(emptyDraft)
        dropDraft(key ?? '')
        showNew(client, made)
        const see = { label: t.feed.see, run: () => void navigate({ to: '/posts/$id', params: { id: made.id } }) }
        toast(made.hidden === 'held' ? t.feed.publishedHeld : t.feed.published, { tone: 'good', action: see })
      }
      onClose()
    },
  })
  const publish = () => ready && !send.isPending && send.mutate()
  const mention = () => {
    const text = area.current
    if (!text) return
    const at = text.selectionStart
    const gap = at > 0 && !/\s/.test(draft.text[at - 1]!) ? ' @' : '@'
    text.focus()
    text.setRangeText(gap, at, at, 'end')
    text.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const speaker = place?.asArtist && artist ? place.asArtist : me?.name
  const group = place ? (place.kind === 'group' ? place.id : undefined) : post?.group?.id
  const tool = 'size-11 text-accent-ink hover:text-accent-ink'
  return (
    <Dialog.Root open onOpenChange={open => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="animate-fade fixed inset-0 z-40 bg-scrim backdrop-blur-[2px]" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={event => {
            event.preventDefault()
            if (begin === 'text') area.current?.focus()
          }}
          onDragOver={event => event.preventDefault()}
          onDrop={drop}
          className="max-sm:animate-slide-up sm:animate-rise fixed z-50 flex flex-col bg-surface shadow-pop max-sm:inset-x-0 max-sm:top-0 sm:inset-x-4 sm:top-[7dvh] sm:mx-auto sm:max-h-[84dvh] sm:max-w-xl sm:rounded-lg sm:border sm:border-line"
          style={tall === null ? undefined : { height: tall }}
        >
          <header className="flex items-center gap-2 border-b border-line px-2 py-2 pt-[max(8px,env(safe-area-inset-top))] sm:px-3">
            <Dialog.Close asChild>
              <IconButton icon={X} label={t.common.close} tip={false} />
            </Dialog.Close>
            <Dialog.Title className="min-w-0 flex-1 truncate text-base font-semibold">
              {post ? t.feed.composeEdit : t.feed.compose}
            </Dialog.Title>
            <Button busy={send.isPending} disabled={!ready} onClick={publish}>
              {post ? t.feed.save : t.feed.publish}
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
            {finding ? (
              <ComposeMusic
                onClose={() => setFinding(false)}
                onChoose={music => {
                  change({ music })
                  setFinding(false)
                }}
              />
            ) : (
              <div className="flex flex-col gap-4">
                {place ? (
                  <div className="flex items-center gap-3">
                    <Cover
                      id={place.asArtist && artist ? place.id : (me?.id ?? place.id)}
                      picture={place.asArtist && artist ? place.picture : null}
                      alt=""
                      size={40}
                      round
                      className="size-10 shrink-0"
                    />
                    <div className="min-w-0 flex-1">
                      <p className="truncate font-semibold">{speaker}</p>
                      {choices ? null : <p className="truncate text-[13px] text-muted">{t.feed.to(place.name)}</p>}
                    </div>
                  </div>
                ) : null}
                {choices ? (
                  <Select
                    label={t.feed.where}
                    hideLabel
                    value={place?.id ?? ''}
                    onChange={event => setPlace(choices.find(one => one.id === event.target.value) ?? place)}
                    options={choices.map(one => ({ value: one.id, name: t.feed.to(one.name) }))}
                  />
                ) : null}
                {place?.asArtist ? (
                  <Switch label={t.feed.asArtist(place.asArtist)} checked={artist} onChange={event => setArtist(event.target.checked)} />
                ) : null}
                <MentionArea
                  label={t.feed.text}
                  value={draft.text}
                  named={draft.named}
                  onChange={(text, named) => change({ text, named })}
                  group={group}
                  area={area}
                  placeholder={t.feed.write}
                  className="min-h-24 text-base leading-relaxed"
                  onKeyDown={event => {
                    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) publish()
                  }}
                />
                {draft.pictures.length + pictures.items.length > 0 ? (
                  <ComposePictures
                    pictures={draft.pictures}
                    onChange={next => change({ pictures: next })}
                    coming={pictures.items}
                    onDrop={pictures.remove}
                    onAgain={pictures.again}
                    onMore={() => pictureInput.current?.click()}
                  />
                ) : null}
                {coming ? (
                  <div className="flex items-center gap-2">
                    <div className="min-w-0 flex-1">
                      {coming.problem ? (
                        <p role="alert" className="text-[13px] text-danger">
                          {coming.file.name}: {faultText(t, problemCode(coming.problem))}
                        </p>
                      ) : (
                        <Progress
                          label={coming.file.name}
                          share={coming.share < 1 ? coming.share : null}
                          {...(coming.share === 1 ? { detail: t.feed.preparing } : {})}
                        />
                      )}
                    </div>
                    {coming.problem ? (
                      <IconButton icon={RotateCw} label={t.feed.sendAgain} onClick={() => clips.again(coming.key)} />
                    ) : null}
                    <IconButton icon={X} label={t.feed.removeClip} tip={false} onClick={() => clips.remove(coming.key)} />
                  </div>
                ) : draft.clip ? (
                  <div className="flex items-center gap-2">
                    <div className="min-w-0 flex-1">
                      {draft.clip.state === 'ready' && draft.clip.url ? (
                        <ClipPlayer
                          url={draft.clip.url}
                          durationMs={draft.clip.durationMs ?? 0}
                          peaks={draft.clip.waveform.map(peak => peak / 255)}
                          by={t.feed.clip}
                        />
                      ) : (
                        <ClipNote failed={draft.clip.state === 'failed'} added />
                      )}
                    </div>
                    <IconButton icon={X} label={t.feed.removeClip} tip={false} onClick={() => change({ clip: null })} />
                  </div>
                ) : null}
                {draft.poll ? <ComposePoll poll={draft.poll} onChange={poll => change({ poll })} /> : null}
                {draft.music ? (
                  <div className="flex items-center gap-2">
                    <div className="min-w-0 flex-1">
                      <MusicCard music={draft.music} />
                    </div>
                    <IconButton icon={X} label={t.feed.removeMusic} tip={false} onClick={() => change({ music: null })} />
                  </div>
                ) : null}
              </div>
            )}
          </div>
          {send.isError ? (
            <p role="alert" className="border-t border-line bg-danger-soft px-5 py-2.5 text-[13px] font-medium text-danger">
              {faultText(t, send.error)}
            </p>
          ) : null}
          <footer className="flex items-center gap-0.5 border-t border-line px-2 py-1.5 pb-[max(6px,env(safe-area-inset-bottom))] sm:px-3">
            <IconButton
              icon={ImagePlus}
              label={t.feed.addPictures}
              className={tool}
              disabled={draft.pictures.length + pictures.items.length >= mostPictures}
              onClick={() => pictureInput.current?.click()}
            />
            {post ? null : (
              <>
                <IconButton icon={AudioLines} label={t.feed.addClip} className={tool} onClick={() => clipInput.current?.click()} />
                <IconButton
                  icon={ChartBarBig}
                  label={t.feed.addPoll}
                  className={tool}
                  disabled={draft.poll !== null}
                  onClick={() => change({ poll: emptyPoll })}
                />
              </>
            )}
            <IconButton icon={Music2} label={t.feed.addMusic} className={tool} onClick={() => setFinding(true)} />
            {group ? <IconButton icon={AtSign} label={t.feed.mention} className={tool} onClick={mention} /> : null}
            <p
              className={cx('tabular ml-auto pr-2 text-xs', over > 0 ? 'font-semibold text-danger' : 'text-muted')}
              aria-live={over > -near / 10 ? 'polite' : 'off'}
            >
              {over > 0 ? t.feed.tooLong(over) : over > -near ? t.feed.left(-over) : ''}
            </p>
            {place && !isEmpty(draft) ? (
              <Button look="plain" size="sm" onClick={() => setDraft(emptyDraft)}>
                {t.feed.draftDrop}
              </Button>
            ) : null}
          </footer>
          <input
            ref={pictureInput}
            type="file"
            accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
            multiple
            hidden
            aria-label={t.feed.addPictures}
            data-for="pictures"
            onChange={event => {
              takePictures([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
          <input
            ref={clipInput}
            type="file"
            accept="audio/*,.flac,.m4a,.opus"
            hidden
            aria-label={t.feed.addClip}
            data-for="clip"
            onChange={event => {
              takeClip(event.target.files?.[0])
              event.target.value = ''
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
