#!/usr/bin/env node
// The starter of every command: needs only git, npm and Node ≥ 20, and nothing installed. It installs what the lock names when that changed,
// picks a Node that runs TypeScript, builds the web when its sources changed, then runs the command. It can be stopped and run again at any point.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = import.meta.dirname ?? new URL('.', import.meta.url).pathname
const at = (...parts) => join(root, ...parts)
const [command = 'help', ...args] = process.argv.slice(2)
const say = text => process.stderr.write(`${text}\n`)
const caller = process.cwd()

function fail(text) {
  say(text)
  process.exit(1)
}

/** Runs a program to its end; a killed one (no status) has failed. */
function must(what, file, list, options = {}) {
  const done = spawnSync(file, list, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options })
  if (done.status !== 0) fail(`${what} failed${done.error ? `: ${done.error.message}` : ''}.`)
}

function install() {
  const lock = readFileSync(at('package-lock.json'))
  const wanted = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
  const stamp = at('node_modules/.planet-stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing packages (once; about a minute)…')
  rmSync(stamp, { force: true })
  // Output goes to standard error, so that commands with --json keep standard output to themselves.
  must('Installing', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] })
  const link = at('node_modules/.bin/planet')
  rmSync(link, { force: true })
  symlinkSync('../../run.mjs', link)
  writeFileSync(stamp, wanted)
}

function pickNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const own = at(`node_modules/node-${process.platform}-${process.arch}/bin/node`)
  if (existsSync(own)) return own
  return fail(
    `Planet runs on Node 24; this is ${process.version} and there is none to install for ${process.platform}-${process.arch}. Please install Node 24.`,
  )
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(item => {
    const path = join(folder, item.name)
    if (item.isDirectory()) return item.name === 'dist' || item.name === 'node_modules' ? [] : filesBelow(path)
    return [path]
  })
}

function buildWeb(node) {
  if (!existsSync(at('vite.config.ts'))) return
  const hash = createHash('sha256')
  for (const path of [...filesBelow(at('web')), ...filesBelow(at('shared')), at('vite.config.ts'), at('package-lock.json')].sort()) {
    if (path.endsWith('.gen.ts')) continue
    hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  const wanted = hash.digest('hex')
  const stamp = at('web/dist/.stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the web (when its sources changed)…')
  rmSync(stamp, { force: true })
  must('Building the web', node, ['--max-old-space-size=2048', at('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  writeFileSync(stamp, wanted)
}

/** Runs the planet itself and ends as it ends. Its death is ours and ours is its: it watches the channel. */
function become(node, list, extra = {}) {
  const child = spawn(node, list, { cwd: caller, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...extra } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  // npm does not hand SIGTERM on: when it is gone, so is whoever asked for us.
  const parent = process.ppid
  if (process.env.npm_lifecycle_event) {
    const watch = setInterval(() => {
      if (process.ppid === parent) return
      // Once: asked again and again, the planet would leave in the middle of its stopping.
      clearInterval(watch)
      child.kill('SIGTERM')
    }, 500).unref()
  }
  child.on('error', error => fail(String(error)))
  child.on('exit', code => process.exit(code ?? 1))
}

// A smaller nursery costs a few per cent of speed and saves 50 MB at rest.
const flags = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024', '--max-semi-space-size=8']

/** Two at a time: most of them use one core only. The first that fails ends all. */
async function checks(node) {
  const bin = name => at('node_modules/.bin', name)
  // What was looked at before and did not change is not looked at again.
  const types = (part, config) => [
    `types: ${part}`,
    bin('tsc'),
    ['-p', config, '--incremental', '--tsBuildInfoFile', at(`.planet/types-${part}.json`)],
  ]
  const steps = [
    types('server', 'tsconfig.json'),
    ['lint', bin('oxlint'), ['--type-aware', '--quiet']],
    [
      'house',
      node,
      ['--disable-warning=ExperimentalWarning', at('node_modules/vitest/vitest.mjs'), 'run', '--project', 'house', '--reporter=dot'],
    ],
    types('web', 'tsconfig.web.json'),
    types('shared', 'tsconfig.shared.json'),
    ['format', bin('oxfmt'), ['--check']],
  ]
  const running = new Set()
  const one = ([name, file, list]) =>
    new Promise(done => {
      const from = performance.now()
      const child = spawn(file, list, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
      running.add(child)
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text))
      child.on('error', error => (said += String(error)))
      child.on('close', status => {
        running.delete(child)
        if (status !== 0) {
          for (const other of running) other.kill()
          fail(`✗ ${name}\n${said}`)
        }
        say(`✓ ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`)
        done()
      })
    })
  const lane = async () => {
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) await one(step)
  }
  await Promise.all([lane(), lane()])
}

/** What failed in a report, each with its file, its name and the beginning of what it said. */
function failuresOf(report) {
  return report.testResults.flatMap(file => {
    const place = relative(root, file.name)
    const failed = file.assertionResults.filter(one => one.status === 'failed')
    const said = failed.map(one => `${place} > ${one.fullName}\n${one.failureMessages.join('\n').slice(0, 2500)}`)
    return said.length === 0 && file.status === 'failed' ? [`${place}\n${(file.message ?? '').slice(0, 2500)}`] : said
  })
}

async function test(node) {
  await checks(node)
  const sums = { passed: 0, failed: 0, skipped: 0 }
  const failures = []
  mkdirSync(at('.planet'), { recursive: true })
  for (const project of ['unit', 'e2e']) {
    const report = at(`.planet/test-${project}.json`)
    rmSync(report, { force: true })
    say(project === 'unit' ? '\nUnit and integration tests (real PostgreSQL)…' : '\nEnd-to-end tests (real Chromium)…')
    const list = [
      '--disable-warning=ExperimentalWarning',
      at('node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      `${project}*`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ]
    const done = spawnSync(node, list, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    let result
    try {
      result = JSON.parse(readFileSync(report, 'utf8'))
    } catch {
      fail(`The ${project} tests ended without a report.`)
    }
    sums.passed += result.numPassedTests
    sums.failed += result.numFailedTests + (done.status !== 0 && result.numFailedTests === 0 ? 1 : 0)
    sums.skipped += result.numPendingTests + result.numTodoTests
    failures.push(...failuresOf(result))
  }
  // Said once more at the very end: whoever reads only the last page of a long log finds out what failed.
  for (const failure of failures) say(`\n✗ ${failure}`)
  process.stdout.write(`\n${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped\n`)
  process.exit(sums.failed > 0 || sums.passed === 0 ? 1 : 0)
}

install()
const node = pickNode()
// What was compiled once need not be again, in this process's children either: a second start is half as long (docs/decisions/0036-a-light-start.md).
process.env.NODE_COMPILE_CACHE ??= at('.planet/compiled')
const main = at('server/main.ts')
switch (command) {
  case 'test':
    buildWeb(node)
    await test(node)
    break
  case 'check':
    await checks(node)
    break
  case 'format':
    must('Formatting', at('node_modules/.bin/oxfmt'), args)
    break
  case 'bench':
    buildWeb(node)
    become(node, [...flags, '--expose-gc', at('bench/index.ts'), ...args], { NODE_ENV: 'production' })
    break
  case 'dev':
    become(node, [...flags, '--watch-path=server', '--watch-path=shared', '--watch-preserve-output', main, 'dev', ...args], {
      NODE_ENV: 'development',
    })
    break
  case 'start':
  case 'serve':
    buildWeb(node)
    become(node, [...flags, main, command, ...args], { NODE_ENV: 'production' })
    break
  default:
    become(node, [...flags, main, command, ...args], { NODE_ENV: 'production' })
}
