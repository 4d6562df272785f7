/** Holds the code to the law of HOUSE.md. Each failure names the file and the rule. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, inject, test } from 'vitest'
import { jobs, mounted } from './app.ts'
import { readSchema } from './foundation/schema.ts'
import { rooms } from './rooms.ts'
import { switchboard } from './switchboard.ts'

const root = resolve(import.meta.dirname, '..')
const roomNames = Object.keys(rooms) as (keyof typeof rooms)[]

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(item => {
    const path = join(folder, item.name)
    if (item.isDirectory()) return ['dist', 'node_modules'].includes(item.name) ? [] : below(path)
    return /\.(ts|tsx|mjs)$/.test(item.name) && !/\.(generated|gen)\.ts$/.test(item.name) ? [path] : []
  })
}
const files = ['shared', 'server', 'web', 'bench', 'e2e'].flatMap(below)
const text = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))
const isTest = (file: string): boolean => /\.test\.tsx?$|testing(\.setup)?\.ts$/.test(file)

/** Project files that a file imports, types too. */
function importsOf(file: string): string[] {
  const found = [...text.get(file)!.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(match =>
    relative(root, resolve(root, dirname(file), match[1]!)),
  )
  return found.filter(path => text.has(path))
}
const roomOf = (file: string): string | undefined => /^server\/([^/]+)\//.exec(file)?.[1]

test('a room imports only rooms it may stand on, through their door', () => {
  const broken: string[] = []
  for (const file of files.filter(one => one.startsWith('server/') && !isTest(one))) {
    const room = roomOf(file)
    for (const target of importsOf(file)) {
      const other = roomOf(target)
      if (target.startsWith('web/') && file !== 'server/web.ts') broken.push(`${file} → ${target}: the server knows no web`)
      if (other === undefined || other === room) {
        if (room !== undefined && target.startsWith('server/') && other === undefined)
          broken.push(`${file} → ${target}: a room knows no roof`)
        continue
      }
      if (other === 'foundation') continue
      if (room === 'foundation') broken.push(`${file} → ${target}: the foundation knows no room`)
      else if (room !== undefined && !(rooms[room as keyof typeof rooms] as readonly string[] | undefined)?.includes(other))
        broken.push(`${file} → ${target}: ${room} may not stand on ${other}`)
      if (room !== undefined && target !== `server/${other}/index.ts`) broken.push(`${file} → ${target}: past the door of ${other}`)
    }
  }
  expect(broken).toEqual([])
})

test('shared stands on nothing, the web on shared only', () => {
  const broken: string[] = []
  for (const file of files) {
    for (const target of importsOf(file)) {
      if (file.startsWith('shared/') && !target.startsWith('shared/') && !isTest(file)) broken.push(`${file} → ${target}`)
      if (file.startsWith('web/') && !/^(web|shared)\//.test(target)) broken.push(`${file} → ${target}`)
    }
  }
  expect(broken).toEqual([])
})

test('no circle of rooms, no circle of files', () => {
  const circle = <T>(start: readonly T[], next: (one: T) => readonly T[]): T[] | undefined => {
    const done = new Set<T>()
    const path: T[] = []
    const walk = (one: T): T[] | undefined => {
      if (path.includes(one)) return [...path.slice(path.indexOf(one)), one]
      if (done.has(one)) return undefined
      path.push(one)
      for (const other of next(one)) {
        const found = walk(other)
        if (found) return found
      }
      path.pop()
      done.add(one)
      return undefined
    }
    for (const one of start) {
      const found = walk(one)
      if (found) return found
    }
    return undefined
  }
  expect(circle<string>(roomNames, name => rooms[name as keyof typeof rooms])).toBeUndefined()
  expect(circle(files, importsOf)).toBeUndefined()
})

test('SQL stays in stores and names other rooms only through their public views', () => {
  const broken: string[] = []
  const naming = new RegExp(
    `(?:from|join|into|update|table|(?:selectFrom|insertInto|updateTable|deleteFrom|[jJ]oin)\\(\\s*['"\`])\\s+?["']?(${roomNames.join('|')})\\.([a-z_0-9]+)|(?:selectFrom|insertInto|updateTable|deleteFrom|[jJ]oin)\\(\\s*['"\`](${roomNames.join('|')})\\.([a-z_0-9]+)`,
    'gi',
  )
  for (const file of files.filter(one => one.startsWith('server/') && !isTest(one))) {
    const room = roomOf(file)
    if (room === undefined || room === 'foundation') continue
    for (const match of text.get(file)!.matchAll(naming)) {
      const schema = match[1] ?? match[3]
      const table = match[2] ?? match[4]
      if (schema !== room && !table!.startsWith('public_')) broken.push(`${file}: ${schema}.${table}`)
    }
    if (
      !/\/(store|checks)[^/]*\.ts$/.test(file) &&
      /\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/.test(text.get(file)!)
    )
      broken.push(`${file}: SQL outside the store`)
  }
  expect(broken).toEqual([])
})

test('every contract is mounted and every entry has its handler', () => {
  const names = mounted.map(({ room }) => room.name).sort()
  const expected = files
    .filter(file => /^shared\/[a-z]+\.ts$/.test(file) && /= room\('/.test(text.get(file)!))
    .map(file => /= room\('([a-z]+)'/.exec(text.get(file)!)![1]!)
  expect(names).toEqual(expected.sort())
  for (const { room, handlers } of mounted) expect(Object.keys(handlers).sort()).toEqual(Object.keys(room.entries).sort())
})

test('every event has a teller, every listener is a job', () => {
  const union = text.get('shared/events.ts')!
  const types = [...union.matchAll(/\| \{ type: '([a-z_]+)'/g)].map(match => match[1]!)
  const told = new Set(
    files
      .filter(file => file.startsWith('server/') && !isTest(file))
      .flatMap(file => [...text.get(file)!.matchAll(/type: '([a-z_]+)'/g)].map(match => match[1]!)),
  )
  expect(types.filter(type => !told.has(type))).toEqual([])
  const listeners = Object.values(switchboard).flat()
  expect(listeners.filter(name => !(name in jobs))).toEqual([])
  expect(Object.keys(switchboard).filter(type => !types.includes(type))).toEqual([])
})

test('time, chance, environment, network and console come from the foundation alone', () => {
  const broken: string[] = []
  for (const file of files.filter(one => /^(server|shared)\//.test(one) && !isTest(one))) {
    // A child process is a program of its own: it has no clock to be moved by a test.
    if (file.startsWith('server/foundation/') || file.endsWith('.child.ts') || file === 'server/main.ts') continue
    const code = text.get(file)!.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    for (const match of code.matchAll(
      /\b(Date\.now|Math\.random|process\.env|console\.(?:log|error|warn|info|debug|trace|dir|table))\b|(?<![.\w])fetch\(|new Date\(\)/g,
    ))
      broken.push(`${file}: ${match[0]}`)
  }
  expect(broken).toEqual([])
})

test('files are short and rooms are small', () => {
  const long = files.filter(file => text.get(file)!.split('\n').length > 401)
  expect(long).toEqual([])
  const big = roomNames
    .map(room => ({ room, count: files.filter(file => roomOf(file) === room && !isTest(file)).length }))
    .filter(({ count }) => count > 20)
  expect(big).toEqual([])
})

test('every room has a README of at most 25 lines', () => {
  const broken = roomNames.filter(room => {
    try {
      return (
        readFileSync(join(root, 'server', room, 'README.md'), 'utf8')
          .trimEnd()
          .split('\n').length > 25
      )
    } catch {
      return true
    }
  })
  expect(broken).toEqual([])
})

test('schema.sql and the row types are what the migrations make', async () => {
  const { sql, rows } = await readSchema(inject('cluster').replace('DATABASE', 'planet_template'))
  expect(readFileSync(join(root, 'schema.sql'), 'utf8')).toBe(sql)
  expect(readFileSync(join(root, 'server/foundation/rows.generated.ts'), 'utf8')).toBe(rows)
})
