/** JSON as Postgres takes it. Its jsonb knows neither NUL nor half a sign: a text that was cut inside an emoji, or written so by somebody's program, would undo the whole statement. */

const strange = /[\0\p{Cs}]/u
const plain = (text: string): string => (strange.test(text) ? text.replaceAll('\0', '').toWellFormed() : text)

/** The JSON text of a value for a jsonb parameter: NUL is left out, half a sign becomes U+FFFD, in names of members too. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => {
    if (typeof one === 'string') return plain(one)
    if (typeof one !== 'object' || one === null || Array.isArray(one) || !Object.keys(one).some(name => strange.test(name))) return one
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [plain(name), inner as unknown]))
  })
