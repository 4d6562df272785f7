import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import type { Theme } from '../scope.ts'

const ThemeContext = createContext<{ theme: Theme; choose: (theme: Theme) => void } | null>(null)

/** Light, dark or the device's; remembered by cookie, so that the server renders it and nothing flashes. */
export function ThemeProvider({ initial, children }: { initial: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState(initial)
  const choose = useCallback((next: Theme) => {
    document.cookie = `planet_theme=${next}; path=/; max-age=31536000; samesite=lax`
    if (next === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = next
    setTheme(next)
  }, [])
  const value = useMemo(() => ({ theme, choose }), [theme, choose])
  return <ThemeContext value={value}>{children}</ThemeContext>
}

export function useTheme() {
  const context = useContext(ThemeContext)
  if (!context) throw new Error('no ThemeProvider above')
  return context
}
