import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackStart } from '@tanstack/react-start/plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

// The order matters: Tailwind reads the sources, Start splits the routes, React compiles what is left.
export default defineConfig({
  root,
  publicDir: 'web/public',
  build: { outDir: 'web/dist', manifest: true, target: 'es2023', assetsInlineLimit: 0, reportCompressedSize: false },
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
