/** The build's part of an installed app: the service worker with the list of what it keeps, and the pictures. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin, type Rolldown } from 'vite'
import { icons, iconSvg } from '../../shared/installed.ts'

/** Files (besides the entry) that the app needs where there is no network: the two pages, the player's parts, words of both languages, menus. */
const offlineToo =
  /[\\/]web[\\/](?:offline|own|player|door)[\\/](?!.*worker)|[\\/]web[\\/]tickets[\\/](?:mine|pass)\.tsx|[\\/]node_modules[\\/]jsqr[\\/]|[\\/]web[\\/]i18n[\\/](?:zh|en)(?:-more|-sale)?\.ts|[\\/]web[\\/]routes[\\/](?:door|_fan(?:[\\/](?:offline|own|tickets\.index))?)\.tsx|[\\/]web[\\/]ui[\\/](?:menu-open|overlay)\.tsx/

/** Addresses of all that an offline app loads: the entry and the files above, with what each imports at once. */
export function offlineFiles(bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>()
  const take = (name: string): void => {
    const item = bundle[name]
    if (files.has(name) || item?.type !== 'chunk') return
    files.add(name)
    const more = (item as { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } }).viteMetadata
    // What reads one's own files is large: it stays once it was used.
    for (const file of [...(more?.importedCss ?? []), ...(more?.importedAssets ?? [])]) if (!file.includes('.worker')) files.add(file)
    for (const next of item.imports) take(next)
  }
  for (const item of Object.values(bundle)) {
    if (
      item.type === 'chunk'
        ? item.isEntry || offlineToo.test(item.facadeModuleId ?? '')
        : /\/(?:tokens-[^/]*\.css|inter-latin[^/]*\.woff2)$/.test(item.fileName)
    )
      if (item.type === 'chunk') take(item.fileName)
      else files.add(item.fileName)
  }
  return [...files, 'favicon.svg', 'icon-192.png'].map(name => `/${name}`).toSorted()
}

export function serviceWorker(root: string): Plugin {
  return {
    name: 'planet:service-worker',
    apply: 'build',
    applyToEnvironment: environment => environment.name === 'client',
    async writeBundle(options, bundle) {
      const folder = options.dir
      if (!folder) return
      const { default: sharp } = await import('sharp')
      for (const { name, side, look } of icons)
        writeFileSync(
          join(folder, name),
          await sharp(Buffer.from(iconSvg(look)), { density: (72 * side) / 100 })
            .resize(side, side)
            .png({ compressionLevel: 9 })
            .toBuffer(),
        )
      const files = offlineFiles(bundle)
      // Pages are made from the words and components of these files: another build is another version.
      const version = createHash('sha256')
        .update(Object.keys(bundle).toSorted().join('\n'))
        .update(readFileSync(join(root, 'web/sw/sw.ts')))
        .digest('hex')
        .slice(0, 12)
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        define: { planetBuild: JSON.stringify({ version, files }), 'process.env.NODE_ENV': '"production"' },
        build: {
          outDir: folder,
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2023',
          reportCompressedSize: false,
          rolldownOptions: { input: join(root, 'web/sw/sw.ts'), output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      })
    },
  }
}
