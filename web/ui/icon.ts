/**
 * What the build puts in the place of Lucide's own `createLucideIcon` (vite.config.ts): the same markup from one component instead of two, with the shape's
 * elements made once. Forty icons a page were a twelfth of what rendering it cost.
 */
import { createElement, type ReactElement, type ReactNode, type SVGProps } from 'react'

type Shape = { name: string; node: [tag: string, attributes: Record<string, string>][]; aliases?: string[] }
type IconProps = SVGProps<SVGSVGElement> & { size?: number | string; children?: ReactNode }

const told = (props: object): boolean => {
  for (const name in props) if (name.startsWith('aria-') || name === 'role' || name === 'title') return true
  return false
}

export default function createIcon({ name, node, aliases = [] }: Shape): (props: IconProps) => ReactElement {
  const names = ['lucide', `lucide-${name}`, ...aliases.map(alias => `lucide-${alias}`)].join(' ')
  let shape: ReactElement[] | undefined
  return function Icon({ size = 24, width, height, color, strokeWidth, className, children, ...rest }) {
    shape ??= node.map(([tag, attributes]) => createElement(tag, attributes))
    return createElement(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        width: width ?? size,
        height: height ?? size,
        viewBox: '0 0 24 24',
        fill: 'none',
        stroke: color ?? 'currentColor',
        strokeWidth: strokeWidth ?? 2,
        strokeLinecap: 'round',
        strokeLinejoin: 'round',
        className: className ? `${names} ${className}` : names,
        ...(children === undefined && !told(rest) ? { 'aria-hidden': 'true' } : {}),
        ...rest,
      },
      children === undefined ? shape : [...shape, children],
    )
  }
}
