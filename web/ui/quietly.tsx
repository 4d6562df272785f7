import { Component, type ReactNode } from 'react'

/** A part that can be missing: when it breaks or cannot be fetched (no network), nothing stands there, and all around it stays. */
export class Quietly extends Component<{ children: ReactNode }> {
  override state = { broken: false }
  static getDerivedStateFromError = () => ({ broken: true })
  override render = () => (this.state.broken ? null : this.props.children)
}
