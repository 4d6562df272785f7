/** A name with the parts that were found standing out. */
export function Marked({ text, marks }: { text: string; marks: readonly number[] }) {
  if (marks.length === 0) return text
  const parts = []
  let at = 0
  for (let i = 0; i < marks.length; i += 2) {
    const [from, to] = [marks[i]!, marks[i + 1]!]
    if (from > at) parts.push(text.slice(at, from))
    parts.push(
      <mark key={from} className="bg-transparent font-semibold text-accent-ink">
        {text.slice(from, to)}
      </mark>,
    )
    at = to
  }
  parts.push(text.slice(at))
  return parts
}
