import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import { tanstackStart } from '@tanstack/react-start/plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { serviceWorker } from './web/sw/build.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Writes a .br and a .gz beside every text asset of the browser, so that serving one costs no compression. */
function compressedTwins(): Plugin {
  return {
    name: 'planet:compressed-twins',
    apply: 'build',
    applyToEnvironment: environment => environment.name === 'client',
    writeBundle(options, bundle) {
      for (const [name, item] of Object.entries(bundle)) {
        const text = item.type === 'chunk' ? item.code : item.source
        if (!/\.(?:js|css|svg)$/.test(name) || text.length < 1000 || !options.dir) continue
        const bytes = Buffer.from(text)
        writeFileSync(
          join(options.dir, `${name}.br`),
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        )
        writeFileSync(join(options.dir, `${name}.gz`), gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

/** Lucide's icons come as they are; what makes a component of one is ours (web/ui/icon.ts). */
function plainIcons(): Plugin {
  return {
    name: 'planet:plain-icons',
    apply: 'build',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source === '../createLucideIcon.mjs' && importer?.includes('/lucide-react/') ? join(root, 'web/ui/icon.ts') : undefined,
  }
}

/** What stands on every page: the shell and the parts of the player and the kit it is made of. */
const frame =
  /[\\/]web[\\/]routes[\\/][^?]*\.tsx$|[\\/]web[\\/](?:api|api-call|load|scope|router)\.tsx?$|[\\/]web[\\/]i18n[\\/](?:initial|load|use|format)\.tsx?$|[\\/]web[\\/]shell[\\/](?!how|demo\.)[\w-]+\.tsx?$|[\\/]web[\\/]player[\\/](?!now-|queue-list|lyrics|key-help|continue|aside|sound\.)[\w-]+\.tsx?$|[\\/]web[\\/]catalogue[\\/](?:cards|track-list)\.tsx|[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](?:arrow-right|disc-3|list-plus|list-start|radio-tower|share-2|user-round)\.|[\\/]web[\\/]ui[\\/](?:button|colour|cover|cx|field|menu|money|planet|states|toast|tooltip|wave|waveform|width)\.tsx?$/

/** Pictures of a few hundred bytes each, in one file; those of the first pages come with them. */
const icons = /[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](?!(?:badge-check|check|download|external-link|map-pin|pencil|plus)\.)/

/** Pages one goes to from the first ones. The first page names all files of these, so that they come in one go; other pages find theirs on the way. */
const soon =
  /[\\/]routes[\\/]_fan[\\/](?:cart|checkout\.index|feed|groups\.(?:\$id(?:\.index)?|index)|library|playlists\.\$id|products\.\$id|releases\.index|shop|shops\.\$id|shows\.(?:\$id\.)?index)\.tsx/
const resolveDependencies = (name: string, files: string[]): string[] =>
  files.filter(file => file.endsWith('.css') || name.startsWith('assets/soon-'))

const atOnce = new Set<string>([
  '__root__',
  '/_fan',
  '/_fan/',
  '/_fan/artists/$id',
  '/_fan/releases/$id',
  '/_fan/search',
  '/_fan/tracks/$id',
])

/**
 * Libraries that go into the server's bundle: only what is used of them is loaded (of the icons a tenth), and `process.env.NODE_ENV`, which costs a call into the
 * system, is decided when building instead of hundreds of times a page.
 */
const within = ['lucide-react', /^@tanstack\//, /^seroval/]

// The order matters: Tailwind reads the sources, Start splits the routes, React compiles what is left.
export default defineConfig(({ command }) => ({
  root,
  publicDir: 'web/public',
  build: {
    outDir: 'web/dist',
    manifest: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { resolveDependencies },
  },
  environments: {
    ...(command === 'build' ? { ssr: { resolve: { noExternal: within } } } : {}),
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files for the first page: the libraries, and what every page stands in with all it needs. Pages stay their own.
            chunkFileNames: chunk => `assets/${soon.test(chunk.facadeModuleId ?? '') ? 'soon-' : ''}[name]-[hash].js`,
            codeSplitting: {
              groups: [
                {
                  name: 'app',
                  test: /node_modules[\\/](?:react|react-dom|scheduler|seroval|seroval-plugins|@tanstack(?![\\/](?:react-)?virtual))[\\/]/,
                  priority: 3,
                },
                { name: 'frame', test: frame, priority: 2, includeDependenciesRecursively: true },
                { name: 'icons', test: icons, priority: 1 },
                { name: 'console', test: /[\\/]web[\\/](?:routes[\\/])?console[\\/]/, priority: 1, includeDependenciesRecursively: false },
              ],
            },
          },
        },
      },
    },
  },
  server: { watch: { ignored: ['**/planet-home/**', '**/web/dist/**', '**/.planet/**'] } },
  plugins: [
    tailwindcss(),
    tanstackStart({
      srcDirectory: 'web',
      router: {
        entry: 'router',
        routesDirectory: 'routes',
        generatedRouteTree: 'routeTree.gen.ts',
        disableLogging: true,
        codeSplittingOptions: {
          defaultBehavior: [['component']],
          // What first pages lead to loads at once. Of all others even what they ask for comes with them (links fetch it when one points at them).
          splitBehavior: ({ routeId }) => (atOnce.has(routeId) ? undefined : [['component'], ['loader']]),
        },
      },
      client: { entry: 'client' },
      server: { entry: 'server' },
      serverFns: { disableCsrfMiddlewareWarning: true },
    }),
    react(),
    plainIcons(),
    compressedTwins(),
    serviceWorker(root),
  ],
}))
