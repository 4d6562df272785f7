import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Panel } from '../ui/states.tsx'

/** Among the settings: the way to decisions about oneself and to one's reports. */
export function AppealsPanel() {
  const t = useWords()
  return (
    <Panel title={t.moderation.mineTitle}>
      <p className="text-muted">{t.moderation.mineBody}</p>
      <Link to="/appeals" className={buttonClass('quiet', 'md', 'mt-4')}>
        {t.common.seeAll}
      </Link>
    </Panel>
  )
}
