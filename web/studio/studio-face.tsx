import { Outlet } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { Frame } from '../shell/frame.tsx'
import { useMe } from '../shell/me.ts'
import { SearchBox } from '../search/box.tsx'
import { SignInFirst } from '../shell/states.tsx'
import { StudioMore, StudioRail, useStudioMenu } from './menu.tsx'

/** The side of those who make and sell: calm, tables and figures. */
export function StudioFace() {
  const t = useWords()
  const me = useMe()
  const { tabs } = useStudioMenu()
  return (
    <Frame items={tabs} phoneItems={tabs} rail={<StudioRail />} last={<StudioMore />} label={t.studio.title} header={<SearchBox />}>
      {me ? <Outlet /> : <SignInFirst />}
    </Frame>
  )
}
