import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from './button.tsx'
import { cx } from './cx.ts'

type Common = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: string
  children?: ReactNode
  footer?: ReactNode
}

const scrim = 'fixed inset-0 z-40 bg-scrim animate-fade backdrop-blur-[2px]'

/** A window in the middle that holds the focus until it is closed. */
export function Dialog({ open, onOpenChange, title, description, children, footer, wide }: Common & { wide?: boolean }) {
  const t = useWords()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'animate-rise fixed inset-x-4 top-[8dvh] z-50 mx-auto flex max-h-[84dvh] flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-pop',
            wide ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <header className="flex items-start gap-3 px-6 pt-5 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg">{title}</Radix.Title>
              {description ? <Radix.Description className="mt-1 text-muted">{description}</Radix.Description> : null}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={t.common.close} size="sm" tip={false} className="-mr-2" />
            </Radix.Close>
          </header>
          <div className="overflow-y-auto px-6 py-3">{children}</div>
          {footer ? (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">{footer}</footer>
          ) : (
            <div className="pb-3" />
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A panel from the right (from below on phones). */
export function Sheet({ open, onOpenChange, title, description, children, footer }: Common) {
  const t = useWords()
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className="max-sm:animate-slide-up sm:animate-slide-left fixed z-50 flex flex-col border-line bg-surface shadow-pop max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[88dvh] max-sm:rounded-t-lg max-sm:border-t sm:inset-y-0 sm:right-0 sm:w-[440px] sm:border-l"
        >
          <header className="flex items-center gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg">{title}</Radix.Title>
              {description ? <Radix.Description className="mt-0.5 text-muted">{description}</Radix.Description> : null}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={t.common.close} size="sm" tip={false} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
          {footer ? <footer className="flex gap-2 border-t border-line px-5 py-4">{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

type ConfirmProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  body: string
  action: string
  onConfirm: () => Promise<void> | void
}

/** Asks once before something is lost; `body` names what. Stays open, telling why, when the action fails. */
export function Confirm({ open, onOpenChange, title, body, action, onConfirm }: ConfirmProps) {
  const t = useWords()
  const [busy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onOpenChange(false)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button look="quiet" onClick={() => onOpenChange(false)}>
            {t.common.cancel}
          </Button>
          <Button look="danger" busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      <p className="text-muted">{body}</p>
    </Dialog>
  )
}
