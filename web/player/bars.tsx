import { cx } from '../ui/cx.ts'

/** Three little bars that dance while it sounds. */
export const Bars = ({ moving, className }: { moving: boolean; className?: string }) => (
  <span aria-hidden className={cx('flex h-4 items-end gap-0.5 text-accent', className)}>
    {[0, 1, 2].map(index => (
      <span
        key={index}
        className={cx('w-0.75 origin-bottom rounded-full bg-current', moving ? 'animate-[dance_0.9s_ease-in-out_infinite]' : 'scale-y-40')}
        style={{ height: '100%', animationDelay: `${index * -0.35}s` }}
      />
    ))}
  </span>
)
