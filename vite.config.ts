import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackStart } from '@tanstack/react-start/plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/** What stands on every page: the shell and the parts of the player and the kit it is made of. */
const frame =
  /[\\/]web[\\/]routes[\\/][^?]*\.tsx$|[\\/]web[\\/](?:api|api-call|load|scope|router)\.tsx?$|[\\/]web[\\/]i18n[\\/](?:initial|load|use|format)\.tsx?$|[\\/]web[\\/]shell[\\/](?!how|demo\.)[\w-]+\.tsx?$|[\\/]web[\\/]player[\\/](?!now-playing|queue-list|lyrics|key-help)[\w-]+\.tsx?$|[\\/]web[\\/]ui[\\/](?:button|colour|cover|cx|field|menu|money|planet|states|toast|tooltip|wave|waveform|width)\.tsx?$/

// The order matters: Tailwind reads the sources, Start splits the routes, React compiles what is left.
export default defineConfig({
  root,
  publicDir: 'web/public',
  build: { outDir: 'web/dist', manifest: true, target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files for the first page: the libraries, and what every page stands in with all it needs. Pages stay their own.
            codeSplitting: {
              groups: [
                {
                  name: 'library',
                  test: /node_modules[\\/](?:react|react-dom|scheduler|seroval|seroval-plugins|@tanstack)[\\/]/,
                  priority: 3,
                },
                { name: 'frame', test: frame, priority: 2, includeDependenciesRecursively: true },
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
        codeSplittingOptions: { defaultBehavior: [['component']] },
      },
      client: { entry: 'client' },
      server: { entry: 'server' },
      serverFns: { disableCsrfMiddlewareWarning: true },
    }),
    react(),
  ],
})
