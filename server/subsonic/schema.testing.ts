/** For tests: the shapes of answers told twice: as strict zod schemas for JSON, and as an XSD for XML (checked by xmllint). */
import { z } from 'zod'
import { answers, lists, shapes, type Kind, type Shape } from './shapes.testing.ts'

export { answers } from './shapes.testing.ts'

const scalars: Record<Kind, z.ZodType> = {
  string: z.string(),
  id: z.string().min(1),
  int: z.int(),
  number: z.number(),
  bool: z.boolean(),
  time: z.iso.datetime(),
  rating: z.int().min(1).max(5),
  url: z.url({ protocol: /^https?$/ }),
}
const isKind = (name: string): name is Kind => name in scalars
const known = new Map<string, z.ZodType>()
function shaped(name: string): z.ZodType {
  if (isKind(name)) return scalars[name]
  let made = known.get(name)
  if (made === undefined) {
    const { fields, text } = shapes[name]!
    const inside = Object.entries(fields).map(([field, kind]) => {
      if (typeof kind === 'string') {
        const type = scalars[kind.replace('!', '') as Kind]
        return [field, kind.endsWith('!') ? type : type.optional()] as const
      }
      // A list that is empty is there all the same in JSON, except letters that were not asked for.
      if (Array.isArray(kind))
        return [field, name === 'indexes' ? z.array(shaped(kind[0] as string)).optional() : z.array(shaped(kind[0] as string))] as const
      const one = kind as { of: string; needed?: boolean }
      return [field, one.needed === true ? shaped(one.of) : shaped(one.of).optional()] as const
    })
    const relaxed = name === 'Child' || name === 'Share' || name === 'StructuredLyrics'
    const all = Object.fromEntries(inside.map(([field, type]) => [field, relaxed && type instanceof z.ZodArray ? type.optional() : type]))
    made = z.strictObject({ ...all, ...(text === true ? { value: z.string() } : {}) })
    known.set(name, made)
  }
  return made
}

const envelope = {
  version: z.literal('1.16.1'),
  type: z.literal('planet'),
  serverVersion: z.string().min(1),
  openSubsonic: z.literal(true),
}
/** The JSON schema of a call's answer; of a refusal without a name. */
export function jsonSchema(call?: string): z.ZodType {
  if (call === undefined)
    return z.strictObject({ 'subsonic-response': z.strictObject({ status: z.literal('failed'), ...envelope, error: shaped('error') }) })
  const name = answers[call]
  if (name === undefined) throw new Error(`no schema of ${call}`)
  const inside = name === null ? {} : { [name]: lists.has(name) ? z.array(shaped(name)) : shaped(name) }
  return z.strictObject({ 'subsonic-response': z.strictObject({ status: z.literal('ok'), ...envelope, ...inside }) })
}

const xsdKinds: Record<Kind, string> = {
  string: 'xs:string',
  id: 's:Id',
  int: 'xs:long',
  number: 'xs:double',
  bool: 'xs:boolean',
  time: 'xs:dateTime',
  rating: 's:Rating',
  url: 'xs:anyURI',
}
const xsdType = (name: string): string => (isKind(name) ? xsdKinds[name] : `s:${name}`)
function complexType(name: string, { fields, text, words }: Shape): string {
  const entries = Object.entries(fields)
  const attributes = entries
    .filter(([, kind]) => typeof kind === 'string' && words !== true)
    .map(([field, kind]) => {
      const said = kind as string
      return `<xs:attribute name="${field}" type="${xsdKinds[said.replace('!', '') as Kind]}"${said.endsWith('!') ? ' use="required"' : ''}/>`
    })
    .join('')
  const elements = entries
    .filter(([, kind]) => typeof kind !== 'string' || words === true)
    .map(([field, kind]) => {
      const type =
        typeof kind === 'string' ? kind.replace('!', '') : Array.isArray(kind) ? (kind[0] as string) : (kind as { of: string }).of
      return `<xs:element name="${field}" type="${xsdType(type)}"/>`
    })
    .join('')
  if (text === true)
    return `<xs:complexType name="${name}"><xs:simpleContent><xs:extension base="xs:string">${attributes}</xs:extension></xs:simpleContent></xs:complexType>`
  const inside = elements === '' ? '' : `<xs:choice minOccurs="0" maxOccurs="unbounded">${elements}</xs:choice>`
  return `<xs:complexType name="${name}">${inside}${attributes}</xs:complexType>`
}

/** The XSD of every answer. */
export function xsd(): string {
  const top = [...new Set(['error', ...Object.values(answers).filter(name => name !== null)])]
  return `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="http://subsonic.org/restapi" targetNamespace="http://subsonic.org/restapi" elementFormDefault="qualified">
<xs:simpleType name="Id"><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Rating"><xs:restriction base="xs:int"><xs:minInclusive value="1"/><xs:maxInclusive value="5"/></xs:restriction></xs:simpleType>
${Object.entries(shapes)
  .map(([name, shape]) => complexType(name, shape))
  .join('\n')}
<xs:element name="subsonic-response"><xs:complexType>
<xs:choice minOccurs="0" maxOccurs="unbounded">${top.map(name => `<xs:element name="${name}" type="s:${name}"/>`).join('')}</xs:choice>
<xs:attribute name="status" use="required"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="ok"/><xs:enumeration value="failed"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="version" type="xs:string" fixed="1.16.1" use="required"/>
<xs:attribute name="type" type="xs:string" fixed="planet" use="required"/>
<xs:attribute name="serverVersion" type="s:Id" use="required"/>
<xs:attribute name="openSubsonic" type="xs:boolean" fixed="true" use="required"/>
</xs:complexType></xs:element>
</xs:schema>`
}

/** The answer as XML must say what it says as JSON: scalars as attributes, lists as elements of one name, `value` as text. */
export function sameInXml(json: unknown, xml: unknown): string[] {
  const differences: string[] = []
  const compare = (one: unknown, other: unknown, path: string): void => {
    if (Array.isArray(one)) {
      const list = other === undefined ? [] : Array.isArray(other) ? other : [other]
      if (one.length !== list.length) differences.push(`${path}: ${one.length} in JSON, ${list.length} in XML`)
      else one.forEach((item, i) => compare(item, list[i], `${path}[${i}]`))
    } else if (typeof one === 'object' && one !== null) {
      const there = (typeof other === 'object' && other !== null ? other : { value: other ?? '' }) as Record<string, unknown>
      for (const [name, value] of Object.entries(one)) compare(value, there[name], `${path}.${name}`)
      for (const name of Object.keys(there)) if (!(name in one) && there[name] !== '') differences.push(`${path}.${name}: only in XML`)
    } else {
      const [said, there] = [String(one as string | number | boolean), typeof other === 'string' ? other : '']
      if (said !== there) differences.push(`${path}: ${said} in JSON, ${there} in XML`)
    }
  }
  compare(json, xml, '')
  return differences
}
