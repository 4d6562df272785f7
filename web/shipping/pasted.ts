/** Carriers and numbers out of what is pasted from a table: a line a parcel, with tabs, commas or semicolons between, quotes or not. */
export type Filled = { id: string; carrier: string; tracking: string }

function cellsOf(line: string): string[] {
  const between = line.includes('\t') ? '\t' : line.includes(';') && !line.includes(',') ? ';' : ','
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!
    if (sign === '"') {
      if (quoted && line[at + 1] === '"') {
        cell += '"'
        at++
      } else quoted = !quoted
    } else if (sign === between && !quoted) {
      cells.push(cell)
      cell = ''
    } else cell += sign
  }
  return [...cells, cell].map(one => one.trim())
}

/** The parcel is wherever its id stands; carrier and number are the last two cells after it. */
export function readPasted(text: string): Filled[] {
  const rows = new Map<string, Filled>()
  for (const line of text.split(/\r?\n/)) {
    const cells = cellsOf(line)
    const id = cells.find(cell => /^pcl_[0-9a-hjkmnp-tv-z]{26}$/.test(cell))
    const [carrier = '', tracking = ''] = cells.slice(-2)
    if (id !== undefined && cells.indexOf(id) < cells.length - 2 && carrier !== '' && /^[\w./ -]{1,80}$/.test(tracking))
      rows.set(id, { id, carrier, tracking })
  }
  return [...rows.values()].slice(0, 200)
}
